package io.flowledger.deploy.server;

import io.flowledger.deploy.access.ApiKeys;
import io.flowledger.deploy.access.KeyFile;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.http.LocalOnly;
import io.flowledger.http.Operators;
import io.flowledger.http.Routes;
import io.flowledger.http.access.Admins;
import io.flowledger.http.access.Gate;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Who gets in, and who operates the server. */
final class Entrance {

  /** What Metaflow's client and probes ask before anything else, and tells nothing. */
  private static final Set<String> EVERYBODY = Set.of("/ping", "/version", "/healthcheck");

  /** Tools ask with the credential of whoever calls, so what they do is held to that. */
  private static final Set<String> READ_BY_POST = Set.of("/mcp");

  private Entrance() {}

  /**
   * Asks everybody for a key, where the server has any.
   *
   * @param parts takes what has to be closed
   * @throws StartException when the keys cannot be read
   */
  static Optional<Routes> gate(ServerConfig config, Parts parts, MeterRegistry metrics) {
    return config
        .access()
        .keys()
        .map(
            file ->
                new Gate(keys(file, parts), EVERYBODY::contains, READ_BY_POST::contains, metrics));
  }

  private static ApiKeys keys(Path file, Parts parts) {
    try {
      return parts.add(ApiKeys.open(new KeyFile(file)));
    } catch (NoSuchFileException e) {
      throw new StartException(
          "--keys: there is no file %s; 'flowledger keys create' makes it".formatted(file));
    } catch (IOException e) {
      throw new StartException("--keys: cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Those with a key of their role; without keys, whoever is on the machine. */
  static Operators operators(ServerConfig config) {
    return config.access().keys().isPresent() ? new Admins() : new LocalOnly(config.http().host());
  }
}
