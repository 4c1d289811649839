package io.flowledger.deploy.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Who may use a server.
 *
 * @param keys file of the keys that are asked for; empty where nobody is asked
 */
public record AccessConfig(Optional<Path> keys) {

  /** Everybody who reaches the server; operators from its machine. */
  public static AccessConfig open() {
    return new AccessConfig(Optional.empty());
  }
}
