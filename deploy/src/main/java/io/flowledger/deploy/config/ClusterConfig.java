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
 * @param authorities PEM file of those that the certificates of all nodes are of; empty where nodes
 *     call each other in clear text
 */
public record ClusterConfig(
    int internalPort,
    Optional<String> advertised,
    Optional<Path> secretFile,
    int standbyReplicas,
    String zone,
    Optional<Path> authorities) {

  /** Port of a node whose port is not said. */
  public static final int INTERNAL_PORT = 8081;

  /** The defaults of {@code serve --kafka}. */
  public static ClusterConfig defaults() {
    return new ClusterConfig(
        INTERNAL_PORT, Optional.empty(), Optional.empty(), 1, "", Optional.empty());
  }

  /** The same node with another internal port. */
  public ClusterConfig withInternalPort(int other) {
    return new ClusterConfig(other, advertised, secretFile, standbyReplicas, zone, authorities);
  }
}
