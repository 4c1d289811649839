package io.flowledger.deploy.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.audit.AuditFailure;
import io.flowledger.deploy.audit.AuditJson;
import io.flowledger.projector.chain.LogHead;
import io.flowledger.projector.chain.PartitionHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignedHeadsTest {

  private static final Instant MOMENT = Instant.parse("2026-11-23T19:26:46Z");
  private static final List<PartitionHead> HEADS =
      List.of(
          new PartitionHead(
              "flowledger.events",
              1,
              LogHead.EMPTY.next("k".getBytes(StandardCharsets.UTF_8), null, 41)),
          new PartitionHead("flowledger.events", 0, LogHead.EMPTY));

  // As openssl genpkey -algorithm ed25519 and openssl pkey -pubout have written them.
  private static final String OPENSSL_PRIVATE =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIPoYEIABKuCC2rH1DIkDa+O14M4tttYauYH3gTP9+GTi
      -----END PRIVATE KEY-----
      """;
  private static final String OPENSSL_PUBLIC =
      """
      -----BEGIN PUBLIC KEY-----
      MCowBQYDK2VwAyEAD+pKB9SikWbF/04TaVC0NWFK0Ni+Rikd5fmyuheUGVc=
      -----END PUBLIC KEY-----
      """;

  @TempDir private Path folder = Path.of("");
  private Path key = Path.of("");

  @BeforeEach
  void makeKey() {
    key = folder.resolve("key");
    SigningKeys.generate(key);
  }

  private String signed() {
    return SignedHeads.sign(HEADS, SigningKeys.privateKey(key), MOMENT);
  }

  private void check(String json) {
    SignedHeads.check(json, SigningKeys.publicKey(SigningKeys.publicFile(key)));
  }

  private void refuses(String json, String message) {
    assertThatThrownBy(() -> check(json)).isInstanceOf(AuditFailure.class).hasMessage(message);
  }

  @Test
  void whatWasSignedIsTaken() {
    check(signed());
    assertThat(AuditJson.heads(signed())).isEqualTo(HEADS);
  }

  @Test
  void whatWasAlteredIsRefused() {
    refuses(
        signed().replace("\"offset\": 41", "\"offset\": 40"),
        "its signature is not that of its heads: they were altered");
    refuses(
        signed().replace("19:26:46Z", "19:26:47Z"),
        "its signature is not that of its heads: they were altered");
  }

  /** The lines that are signed would be the same. */
  @Test
  void headsCannotBeHiddenInAnotherText() {
    PartitionHead last = HEADS.get(0);
    String line = "flowledger.events 0 -1 0 " + "0".repeat(64);
    String hidden =
        signed()
            .replace(
                PartitionHead.toJson(HEADS).toString().replaceAll("^\\{|\\}$", ""),
                PartitionHead.toJson(List.of(last)).toString().replaceAll("^\\{|\\}$", ""))
            .replace("19:26:46Z", "19:26:46Z\\n" + line);
    assertThat(AuditJson.heads(hidden)).containsExactly(last);
    refuses(hidden, "its texts are not as they are signed");
  }

  @Test
  void anotherKeyIsRefused() {
    Path other = folder.resolve("other");
    SigningKeys.generate(other);
    String json = SignedHeads.sign(HEADS, SigningKeys.privateKey(other), MOMENT);
    refuses(json, "it was signed with another key");
  }

  @Test
  void headsWithoutASignatureAreRefused() {
    refuses(PartitionHead.toJson(HEADS).toString(), "it is not signed: it has no signed_at");
  }

  @Test
  void theKeysOfOpensslAreTaken() throws IOException {
    Path file = Files.writeString(folder.resolve("openssl"), OPENSSL_PRIVATE);
    Path publicFile = Files.writeString(folder.resolve("openssl.pub"), OPENSSL_PUBLIC);
    String json = SignedHeads.sign(HEADS, SigningKeys.privateKey(file), MOMENT);
    SignedHeads.check(json, SigningKeys.publicKey(publicFile));
    assertThat(json)
        .contains(
            "\"signed_at\": \"2026-11-23T19:26:46Z\", \"algorithm\": \"Ed25519\", \"public_key\":"
                + " \"MCowBQYDK2VwAyEAD+pKB9SikWbF/04TaVC0NWFK0Ni+Rikd5fmyuheUGVc=\", \"signature\": \"PZyfa7MpMiQm7h+6fS4UXSm0NaCymFqokkAHxhtQae6gpl+1NWf/7E6xwIkXu/OWzanTFGfy5F51P/fIB284BQ==\"");
  }

  @Test
  void keysAreNotOverwritten() throws IOException {
    String before = Files.readString(key);
    assertThatThrownBy(() -> SigningKeys.generate(key))
        .isInstanceOf(AuditFailure.class)
        .hasMessage(key + ".pub is there already; keys are not overwritten");
    Files.delete(SigningKeys.publicFile(key));
    assertThatThrownBy(() -> SigningKeys.generate(key))
        .isInstanceOf(AuditFailure.class)
        .hasMessage(key + " is there already; keys are not overwritten");
    assertThat(Files.readString(key)).isEqualTo(before);
  }

  @Test
  void whatIsNoKeyIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("no-key"), "no key");
    assertThatThrownBy(() -> SigningKeys.privateKey(file))
        .isInstanceOf(AuditFailure.class)
        .hasMessage(
            file + " holds no private key of Ed25519: it has no line -----BEGIN PRIVATE KEY-----");
  }
}
