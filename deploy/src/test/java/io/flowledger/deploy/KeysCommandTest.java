package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.access.ApiKeys;
import io.flowledger.deploy.access.KeyFile;
import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
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
    try (ApiKeys known = ApiKeys.open(new KeyFile(file))) {
      assertThat(known.of(made.out().strip())).contains(new Credential("anna", Role.WRITER));
    }
    Path other = folder.resolve("other");
    keys("keys", "create", "bo", "--role", "admin", "--file", other.toString());
    assertThat(keys("keys", "list"))
        .isEqualTo(new Ended(0, "%-24s writer%n".formatted("anna"), ""));
    assertThat(keys("keys", "list", "--file", other.toString()).out()).startsWith("bo ");
    assertThat(keys("keys", "revoke", "anna")).isEqualTo(new Ended(0, "", ""));
    assertThat(keys("keys", "revoke", "anna"))
        .isEqualTo(new Ended(3, "", "flowledger: %s has no key of 'anna'\n".formatted(file)));
    assertThat(keys("keys", "list").out()).isEmpty();
  }

  @Test
  void whatCannotBe() {
    assertThat(keys("keys", "list"))
        .isEqualTo(new Ended(1, "", "flowledger: %s: it is not there\n".formatted(file)));
    keys("keys", "create", "anna", "--role", "writer");
    assertThat(keys("keys", "create", "anna", "--role", "reader").err())
        .isEqualTo("flowledger: %s: there is a key of anna already\n".formatted(file));
    assertThat(keys("keys", "create", "an na", "--role", "reader").status()).isEqualTo(2);
    assertThat(keys("keys", "create", "bo", "--role", "boss").err())
        .contains("'boss' is none of reader, writer, admin");
    assertThat(keys("keys", "create", "bo").status()).isEqualTo(2);
    assertThat(keys("keys").err()).contains("a command is missing: create, list or revoke");
    assertThat(run(Map.of(), "keys", "list").err())
        .contains("--file is missing, or FLOWLEDGER_KEYS");
  }
}
