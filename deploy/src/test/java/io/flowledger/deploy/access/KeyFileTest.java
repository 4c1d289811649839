package io.flowledger.deploy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Grants;
import io.flowledger.http.access.Role;
import io.flowledger.http.access.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
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

  private static Holder key(String name, String roles, String secret) {
    return Holder.of(name, Grants.parse(roles), Proof.Key.of(secret));
  }

  private static List<String> lines(List<Holder> holders) {
    return holders.stream().map(Holder::line).toList();
  }

  @Test
  void whatIsAddedIsThereUntilItIsRemoved() throws IOException {
    Holder anna = key("anna", "reader,writer:Train*", "secret of anna");
    Holder bo = Holder.of("bo@x.org", Grants.of(Role.ADMIN), Proof.Password.of("pass"));
    Holder vouched =
        Holder.of(
            "spiffe://x.org/bo", Grants.of(Role.READER), new Proof.Vouched(Proof.Voucher.TOKEN));
    file.add(anna);
    file.add(bo);
    file.add(vouched);
    assertThat(lines(file.read())).isEqualTo(lines(List.of(anna, bo, vouched)));
    assertThat(Files.readString(path)).startsWith("# ").doesNotContain("secret of anna");
    assertThat(file.remove("anna")).isTrue();
    assertThat(file.remove("anna")).isFalse();
    assertThat(lines(file.read())).isEqualTo(lines(List.of(bo, vouched)));
  }

  @Test
  void itIsForItsOwner() throws IOException {
    file.add(key("anna", "reader", "s"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
    file.add(key("bo", "reader", "t"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void oneNameHasOneProofOfAKind() throws IOException {
    file.add(key("anna", "reader", "s"));
    assertThatThrownBy(() -> file.add(key("anna", "admin", "t")))
        .hasMessage("anna with sha256 is there already");
    file.add(Holder.of("anna", Grants.of(Role.READER), new Proof.Vouched(Proof.Voucher.TOKEN)));
    assertThat(file.remove("anna")).isTrue();
    assertThat(file.read()).isEmpty();
  }

  @Test
  void notesOfPeopleStay() throws IOException {
    Files.createDirectories(folder.resolve("conf"));
    Files.writeString(path, "# of the team\n\nanna reader " + HASH + "\n");
    file.add(key("bo", "reader", "t"));
    file.remove("anna");
    assertThat(Files.readAllLines(path)).startsWith("# of the team", "").hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "anna                       | a line is: NAME ROLES PROOF",
        "an/na reader HASH x        | a line is: NAME ROLES PROOF",
        "*anna reader HASH          | the name cannot be one",
        "anna flk_secret HASH       | anna: its roles are none: they are some of reader, writer, admin, and but for admin may be for some flows only, as in reader,writer:Train*",
        "anna admin:Train* HASH     | anna: its roles are none: they are some of reader, writer, admin, and but for admin may be for some flows only, as in reader,writer:Train*",
        "anna reader flk_secret     | anna: a proof is sha256: and 64 hexadecimal digits, bcrypt: and such a hash of at most 2^14 rounds, or one of vouched:token, vouched:certificate and vouched:proxy",
        "anna reader bcrypt:secret  | anna: a proof is sha256: and 64 hexadecimal digits, bcrypt: and such a hash of at most 2^14 rounds, or one of vouched:token, vouched:certificate and vouched:proxy",
        "bo admin HASH              | bo is there twice",
        "x admin vouched:token            | x is there twice",
      })
  void whatCannotBeIsRefusedWithoutWhatMayBeASecret(String line, String why) throws IOException {
    Files.createDirectories(folder.resolve("conf"));
    Files.writeString(
        path,
        "x reader " + HASH + "\nx reader vouched:token\n" + line.replace("HASH", HASH) + "\n");
    assertThatThrownBy(file::read).isInstanceOf(IOException.class).hasMessage("line 3: " + why);
  }

  @Test
  void changesOfTheFileCountWhileItIsWatched() throws IOException {
    file.add(key("anna", "reader", "s"));
    try (Holders holders = Holders.in(file)) {
      ApiKeys keys = new ApiKeys(holders);
      assertThat(who(keys, "s")).contains("anna");
      assertThat(who(keys, "t")).isEmpty();
      assertThat(who(keys, Proof.Key.hash("s"))).isEmpty();
      file.add(key("bo", "reader", "t"));
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> who(keys, "t").isPresent());
      file.remove("anna");
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> who(keys, "s").isEmpty());
      // One that cannot be read revokes nobody.
      Files.writeString(path, "nonsense\n");
      Files.move(path, folder.resolve("gone"));
      assertThat(who(keys, "t")).isPresent();
      file.add(key("cy", "reader", "u"));
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> who(keys, "u").isPresent());
    }
  }

  private static Optional<String> who(ApiKeys keys, String secret) {
    return keys.of(new Secret.Bearer(secret), "").result().map(Credential::name);
  }
}
