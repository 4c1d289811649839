package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.config.ServerConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The settings of a server, made in code. */
class ServerConfigTest {

  @Test
  void theDefaultsAreThoseOfTheCommandLine() {
    String[] args = {"serve", "--data", "/data"};
    var serve =
        Objects.requireNonNull(Main.commandLine(args, Map.of()).parseArgs(args).subcommand());
    assertThat(ServerConfig.embedded(Path.of("/data")))
        .isEqualTo(((ServeCommand) serve.commandSpec().userObject()).serverConfig());
  }
}
