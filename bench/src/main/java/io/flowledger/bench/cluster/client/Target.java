package io.flowledger.bench.cluster.client;

import java.net.URI;

/** A node that requests can be sent to. */
public record Target(String name, URI url) {}
