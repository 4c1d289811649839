package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.access.ApiKeys;
import io.flowledger.deploy.access.Holders;
import io.flowledger.deploy.access.KeyFile;
import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Secret;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {

  private record Ended(int status, String out, String err) {}

  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void name() {
    file = folder.resolve("keys");
  }

  private static Ended run(Map<String, String> environment, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.run(args, environment, new PrintWriter(out, true), new PrintWriter(err, true));
    return new Ended(status, out.toString(), err.toString());
  }

  private Ended keys(String... args) {
    return run(Map.of("FLOWLEDGER_KEYS", file.toString()), args);
  }

  @Test
  void aKeyIsPrintedOnceAndServes() throws IOException {
    Ended made = keys("keys", "create", "anna", "--role", "writer");
    assertThat(made.err()).isEmpty();
    assertThat(made.out()).matches("flk_[A-Za-z0-9_-]{43}\n");
    assertThat(holderOf(made.out().strip())).contains("anna");
    Path other = folder.resolve("other");
    keys("keys", "create", "bo", "--role", "admin", "--file", other.toString());
    assertThat(keys("keys", "list"))
        .isEqualTo(new Ended(0, "%-24s %-24s key%n".formatted("anna", "writer"), ""));
    assertThat(keys("keys", "list", "--file", other.toString()).out()).startsWith("bo ");
    assertThat(keys("keys", "revoke", "anna")).isEqualTo(new Ended(0, "", ""));
    assertThat(keys("keys", "revoke", "anna"))
        .isEqualTo(new Ended(3, "", "flowledger: %s has nobody called 'anna'\n".formatted(file)));
    assertThat(keys("keys", "list").out()).isEmpty();
  }

  private Optional<String> holderOf(String key) throws IOException {
    try (Holders holders = Holders.in(new KeyFile(file))) {
      return new ApiKeys(holders).of(new Secret.Bearer(key), "").result().map(Credential::name);
    }
  }

  @Test
  void passwordsAndThoseWhoAreVouchedForHaveNoKey() throws IOException {
    Path password = Files.writeString(folder.resolve("password"), "correct horse\n");
    assertThat(
            keys(
                "keys",
                "create",
                "bo",
                "--role",
                "writer:Train*,reader",
                "--password-file",
                password.toString()))
        .isEqualTo(new Ended(0, "", ""));
    assertThat(keys("keys", "create", "cy", "--role", "admin", "--vouched", "proxy"))
        .isEqualTo(new Ended(0, "", ""));
    assertThat(Files.readString(file)).contains("bo writer:Train*,reader bcrypt:$2a$10$");
    assertThat(keys("keys", "list").out())
        .isEqualTo(
            "%-24s %-24s password%n%-24s %-24s vouched:proxy%n"
                .formatted("bo", "writer:Train*,reader", "cy", "admin"));
    assertThat(keys("keys", "create", "d", "--role", "admin", "--password-file", "nowhere").err())
        .contains("there is no file nowhere");
    Files.writeString(password, "x".repeat(73));
    assertThat(
            keys("keys", "create", "d", "--role", "reader", "--password-file", password.toString())
                .err())
        .contains("a password has 1 to 72 bytes, not 73");
  }

  @Test
  void whatCannotBe() {
    assertThat(keys("keys", "list"))
        .isEqualTo(new Ended(1, "", "flowledger: %s: it is not there\n".formatted(file)));
    keys("keys", "create", "anna", "--role", "writer");
    assertThat(keys("keys", "create", "anna", "--role", "reader").err())
        .isEqualTo("flowledger: %s: anna with sha256 is there already\n".formatted(file));
    assertThat(keys("keys", "create", "an na", "--role", "reader").status()).isEqualTo(2);
    assertThat(keys("keys", "create", "bo", "--role", "boss").err())
        .contains("'boss' is none of reader, writer, admin");
    assertThat(keys("keys", "create", "bo").status()).isEqualTo(2);
    assertThat(keys("keys").err()).contains("a command is missing: create, list or revoke");
    assertThat(run(Map.of(), "keys", "list").err())
        .contains("--file is missing, or FLOWLEDGER_KEYS");
  }
}
