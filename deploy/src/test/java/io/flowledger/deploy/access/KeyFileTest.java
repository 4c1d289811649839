package io.flowledger.deploy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.http.access.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFileTest {

  private static final String HASH = "sha256:" + "0".repeat(64);

  @TempDir private Path folder;
  private Path path = Path.of("");
  private KeyFile file = new KeyFile(path);

  @BeforeEach
  void name() {
    path = folder.resolve("conf").resolve("keys");
    file = new KeyFile(path);
  }

  @Test
  void whatIsAddedIsThereUntilItIsRemoved() throws IOException {
    ApiKey anna = ApiKey.of("anna", Role.WRITER, "secret of anna");
    ApiKey bo = ApiKey.of("bo@x.org", Role.ADMIN, ApiKey.secret());
    file.add(anna);
    file.add(bo);
    assertThat(file.read()).containsExactly(anna, bo);
    assertThat(Files.readString(path)).startsWith("# ").doesNotContain("secret of anna");
    assertThat(file.remove("anna")).isTrue();
    assertThat(file.remove("anna")).isFalse();
    assertThat(file.read()).containsExactly(bo);
  }

  @Test
  void itIsForItsOwner() throws IOException {
    file.add(ApiKey.of("anna", Role.READER, "s"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
    file.add(ApiKey.of("bo", Role.READER, "t"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void oneNameHasOneKey() throws IOException {
    file.add(ApiKey.of("anna", Role.READER, "s"));
    assertThatThrownBy(() -> file.add(ApiKey.of("anna", Role.ADMIN, "t")))
        .hasMessage("there is a key of anna already");
  }

  @Test
  void notesOfPeopleStay() throws IOException {
    Files.createDirectories(folder.resolve("conf"));
    Files.writeString(path, "# of the team\n\nanna reader " + HASH + "\n");
    file.add(ApiKey.of("bo", Role.READER, "t"));
    file.remove("anna");
    assertThat(Files.readAllLines(path)).startsWith("# of the team", "").hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "anna, a line is: NAME ROLE sha256:HASH",
    "an/na reader HASH, the name cannot be one",
    "anna boss HASH, 'the role of anna is none of reader, writer, admin'",
    "anna reader flk_secret, 'anna has no hash of a key, which is sha256: and 64 hexadecimal digits'",
    "bo admin HASH, bo is there twice",
  })
  void whatCannotBeIsRefusedWithoutWhatMayBeASecret(String line, String why) throws IOException {
    Files.createDirectories(folder.resolve("conf"));
    Files.writeString(path, "x reader " + HASH + "\n" + line.replace("HASH", HASH) + "\n");
    assertThatThrownBy(file::read).isInstanceOf(IOException.class).hasMessage("line 2: " + why);
  }

  @Test
  void changesOfTheFileCountWhileItIsWatched() throws IOException {
    file.add(ApiKey.of("anna", Role.READER, "s"));
    try (ApiKeys keys = ApiKeys.open(file)) {
      assertThat(keys.of("s")).hasValueSatisfying(who -> assertThat(who.name()).isEqualTo("anna"));
      assertThat(keys.of("t")).isEmpty();
      assertThat(keys.of(ApiKey.hash("s"))).isEmpty();
      file.add(ApiKey.of("bo", Role.READER, "t"));
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> keys.of("t").isPresent());
      file.remove("anna");
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> keys.of("s").isEmpty());
      // One that cannot be read revokes nobody.
      Files.writeString(path, "nonsense\n");
      Files.move(path, folder.resolve("gone"));
      assertThat(keys.of("t")).isPresent();
      file.add(ApiKey.of("cy", Role.READER, "u"));
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> keys.of("u").isPresent());
    }
  }
}
