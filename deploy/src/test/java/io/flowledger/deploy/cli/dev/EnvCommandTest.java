package io.flowledger.deploy.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code flowledger env}, beside a server that only answers {@code /ping}. */
class EnvCommandTest {

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init") // started before each test
  private HttpServer server;

  private record Ended(int status, String out, String err) {}

  @BeforeEach
  void serve() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/ping",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private DevHome home() {
    return new DevHome(folder.resolve(".flowledger"));
  }

  private Ended env(Map<String, String> environment, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        new CommandLine(new EnvCommand(environment))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    return new Ended(status, out.toString(), err.toString());
  }

  private Map<String, String> user(String shell) {
    return Map.of("HOME", folder.toString(), "SHELL", shell);
  }

  private Ended notRunning() {
    return new Ended(
        1,
        "",
        "flowledger: no server of "
            + home().root()
            + " is running; start one with 'flowledger dev'\n");
  }

  @Test
  void whatMetaflowNeedsIsExported() throws Exception {
    home().make();
    home().note(url());
    assertThat(env(user("/bin/zsh")))
        .isEqualTo(
            new Ended(
                0,
                """
                export METAFLOW_DEFAULT_METADATA=service;
                export METAFLOW_SERVICE_URL=%s;
                export METAFLOW_DEFAULT_DATASTORE=local;
                export METAFLOW_DATASTORE_SYSROOT_LOCAL=%s/datastore;
                """
                    .formatted(url(), home().root()),
                ""));
    assertThat(home().root().resolve("datastore")).isEmptyDirectory();
  }

  @Test
  void fishAndPowerShellAreToldInTheirLanguages() throws Exception {
    home().make();
    home().note(url());
    assertThat(env(user("/usr/bin/fish")).out())
        .startsWith("set -gx METAFLOW_DEFAULT_METADATA service;\n");
    assertThat(env(user("/bin/bash"), "--shell", "fish").out())
        .isEqualTo(env(user("/usr/bin/fish")).out());
    assertThat(env(user("/bin/bash"), "--shell", "powershell").out())
        .startsWith("$Env:METAFLOW_DEFAULT_METADATA = 'service';\n");
    assertThat(env(user("/usr/bin/fish"), "--shell", "bash").out())
        .startsWith("export METAFLOW_DEFAULT_METADATA=service;\n");
    assertThat(env(user("/bin/bash"), "--shell", "csh"))
        .satisfies(ended -> assertThat(ended.status()).isEqualTo(2))
        .satisfies(
            ended ->
                assertThat(ended.err())
                    .contains("'csh' is none of sh, bash, zsh, fish, powershell"));
  }

  @Test
  void aShellOfAnotherKindIsToldThatThisIsForSh() throws Exception {
    home().make();
    home().note(url());
    assertThat(env(user("/bin/tcsh")))
        .isEqualTo(
            new Ended(
                0,
                env(user("/bin/bash")).out(),
                "flowledger: SHELL is /bin/tcsh, which is none of sh, bash, zsh, fish, powershell;"
                    + " this is for sh, --shell names another\n"));
    assertThat(env(user("/bin/tcsh"), "--shell", "fish")).isEqualTo(env(user("/usr/bin/fish")));
  }

  @ParameterizedTest
  @CsvSource({
    "/bin/sh, SH",
    "/usr/bin/ksh, SH",
    "/bin/ash, SH",
    "/usr/bin/bash.exe, SH",
    "/opt/bin/fish, FISH",
    "/usr/bin/pwsh, POWERSHELL"
  })
  void theShellIsKnownByItsProgram(String program, Shell shell) {
    assertThat(Shell.of(user(program))).contains(shell);
  }

  @Test
  void whereNoneRunsItFails() throws Exception {
    assertThat(env(user("/bin/bash"))).isEqualTo(notRunning());
    home().make();
    home().note(url());
    stop();
    assertThat(env(user("/bin/bash"))).isEqualTo(notRunning());
  }

  @Test
  void anotherThatHasThePortNowIsNotTaken() throws Exception {
    home().make();
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Files.writeString(
        home().root().resolve("server"), "url=" + url() + "\nprocess=" + ended.pid() + "\n");
    assertThat(env(user("/bin/bash"))).isEqualTo(notRunning());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "url=http://127.0.0.1:1", "process=x", "\\u00", "url=:\nprocess=1"})
  void damagedNotesAreNone(String note) throws Exception {
    home().make();
    Files.writeString(home().root().resolve("server"), note);
    assertThat(env(user("/bin/bash"))).isEqualTo(notRunning());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "SH, /home/me/.flowledger, /home/me/.flowledger",
        "SH, a b, 'a b'",
        "SH, it's $x, 'it'\\''s $x'",
        "SH, \"\", ''",
        "FISH, it's \\x, 'it\\'s \\\\x'",
        "POWERSHELL, it's, 'it''s'"
      })
  void valuesAreOneWord(Shell shell, String value, String word) {
    assertThat(shell.quoted(value)).isEqualTo(word);
  }
}
