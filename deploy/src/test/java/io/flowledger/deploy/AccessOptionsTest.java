package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.access.TokenRules;
import io.flowledger.deploy.config.AccessConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ParameterException;

class AccessOptionsTest {

  private static AccessConfig access(String... options) {
    return ServeCommand.config(Map.of(), options).access();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.7"})
  void nobodyIsLetInFromElsewhereByMistake(String host) {
    assertThatThrownBy(() -> access("--host", host))
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith("--host " + host + " lets in everybody who reaches it")
        .hasMessageContaining("--keys FILE")
        .hasMessageContaining("--insecure");
    assertThat(access("--host", host, "--keys", "k").warnings()).isEmpty();
    assertThat(access("--host", host, "--insecure").warnings())
        .singleElement()
        .asString()
        .contains("everybody who reaches this server may read and write everything");
    assertThat(
            ServeCommand.config(Map.of("FLOWLEDGER_INSECURE", "true"), "--host", host)
                .access()
                .insecure())
        .isTrue();
  }

  /** As in an image, whose address is for all and which is therefore insecure until it is told. */
  @Test
  void aMistypedVariableDoesNotLeaveItOpen() {
    Map<String, String> mistyped =
        Map.of("FLOWLEDGER_INSECURE", "true", "FLOWLEDGER_HOST", "0.0.0.0", "FLOWLEDGER_KEY", "k");
    assertThatThrownBy(() -> ServeCommand.config(mistyped))
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith("there is no option for the environment variable FLOWLEDGER_KEY;");
    assertThat(ServeCommand.config(mistyped, "--host", "127.0.0.1").access().asks()).isFalse();
    assertThat(ServeCommand.config(mistyped, "--keys", "k").access().asks()).isTrue();
    assertThat(
            ServeCommand.config(
                    Map.of(
                        "FLOWLEDGER_INSECURE", "true",
                        "FLOWLEDGER_HOST", "0.0.0.0",
                        "FLOWLEDGER_JAVA_OPTS", "-Xmx1g",
                        "FLOWLEDGER_SERVICE_HOST", "10.0.0.1",
                        "FLOWLEDGER_SERVICE_PORT_HTTP", "8080",
                        "FLOWLEDGER_PORT_8080_TCP_ADDR", "10.0.0.1",
                        "FLOWLEDGER_NODES_PORT", "tcp://10.0.0.1:8080",
                        "FLOWLEDGER_MAX_VALUE", "9"))
                .access()
                .insecure())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "127.8.9.1"})
  void onItsOwnMachineNobodyIsAsked(String host) {
    AccessConfig access = access("--host", host);
    assertThat(access.asks()).isFalse();
    assertThat(access.warnings()).isEmpty();
  }

  @Test
  void tokensHaveRules() {
    assertThat(
            access(
                    "--token-keys",
                    "https://x.org/keys",
                    "--token-issuer",
                    "https://x.org",
                    "--token-audience",
                    "a,b",
                    "--token-skew",
                    "5")
                .tokens())
        .contains(
            new TokenRules(
                "https://x.org/keys",
                "https://x.org",
                Set.of("a", "b"),
                List.of("RS256", "ES256"),
                "sub",
                "roles",
                Duration.ofSeconds(5)));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> access("--token-keys", "k"))
        .hasMessage("--token-keys needs --token-issuer");
    assertThatThrownBy(() -> access("--token-keys", "k", "--token-issuer", "i"))
        .hasMessageStartingWith("--token-keys needs --token-audience");
    assertThat(
            access("--token-keys", "k", "--token-issuer", "i", "--token-audience", "any")
                .tokens()
                .orElseThrow()
                .audiences())
        .isEmpty();
    assertThatThrownBy(() -> access("--token-issuer", "i"))
        .hasMessage("tokens need --token-keys, which they are signed with");
    assertThatThrownBy(() -> access("--default-role", "boss"))
        .hasMessage("--default-role: 'boss' is none of reader, writer, admin");
    assertThatThrownBy(() -> access("--token-skew", "-1")).hasMessageContaining("--token-skew");
  }
}
