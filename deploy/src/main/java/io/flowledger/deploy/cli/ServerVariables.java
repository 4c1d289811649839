package io.flowledger.deploy.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The server that the environment names, under the variables of Metaflow's own client. A variable
 * that is empty counts as not set.
 */
public record ServerVariables(Map<String, String> environment) {

  /** Where a server is that was started without options. */
  public static final String DEFAULT_SERVER = "http://127.0.0.1:8080";

  private static final String SERVER = "METAFLOW_SERVICE_URL";
  private static final String KEY = "METAFLOW_SERVICE_AUTH_KEY";

  /** Its URL, as it is written there; the default where it is not. */
  public String server() {
    return variable(SERVER).orElse(DEFAULT_SERVER);
  }

  /** The key that it is told. */
  public Optional<String> key() {
    return variable(KEY);
  }

  /** Whom it is trusted by. */
  public Authorities authorities() {
    return new Authorities(variable(Authorities.VARIABLE).map(Path::of));
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }
}
