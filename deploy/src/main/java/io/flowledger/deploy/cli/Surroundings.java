package io.flowledger.deploy.cli;

import java.io.InputStream;
import java.time.Clock;
import java.util.Map;

/**
 * Surroundings of the commands: what they need of the world, so that tests can give another.
 *
 * @param environment variables, such as {@code METAFLOW_SERVICE_URL}
 * @param input standard input
 * @param clock tells the time, and the time zone in which times are shown
 * @param terminal whether standard output is one
 * @param pause waits
 * @param localServers start a server where there is none
 */
public record Surroundings(
    Map<String, String> environment,
    InputStream input,
    Clock clock,
    boolean terminal,
    Pause pause,
    LocalServer.Opener localServers) {

  public Surroundings {
    environment = Map.copyOf(environment);
  }
}
