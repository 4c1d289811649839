package io.flowledger.deploy.config;

import java.util.Map;
import java.util.Optional;

/**
 * Where schemas are kept, and where they are served.
 *
 * @param registry properties of a registry elsewhere, under Confluent's names; empty where schemas
 *     are kept in their topic
 * @param valueSerializer class of a Kafka serializer that writes events with that registry
 * @param path below which the schemas of their topic are served as a schema registry; empty for
 *     nowhere
 */
public record SchemasConfig(
    Map<String, String> registry, Optional<String> valueSerializer, String path) {}
