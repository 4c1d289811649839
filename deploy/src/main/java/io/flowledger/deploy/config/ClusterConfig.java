package io.flowledger.deploy.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A node among others on one Kafka cluster.
 *
 * @param internalPort that the other nodes call, 0 for any that is free
 * @param advertised {@code host:port} at which they reach it; empty for this machine's
 * @param secretFile with the secret that the nodes know each other by; empty where there are nodes
 *     on this machine only
 * @param standbyReplicas how many other nodes keep each view up to date
 * @param zone where the node is, so that replicas are elsewhere; empty where that is one
 */
public record ClusterConfig(
    int internalPort,
    Optional<String> advertised,
    Optional<Path> secretFile,
    int standbyReplicas,
    String zone) {

  /** Port of a node whose port is not said. */
  public static final int INTERNAL_PORT = 8081;

  /** Of nodes on one machine. */
  public static ClusterConfig local() {
    return new ClusterConfig(0, Optional.empty(), Optional.empty(), 1, "");
  }
}
