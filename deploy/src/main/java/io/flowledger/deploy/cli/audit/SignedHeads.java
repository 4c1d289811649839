package io.flowledger.deploy.cli.audit;

import io.flowledger.deploy.audit.AuditFailure;
import io.flowledger.deploy.audit.AuditJson;
import io.flowledger.projector.chain.PartitionHead;
import io.flowledger.projector.text.JsonText;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Heads of the log with a signature, to be kept where the log is not.
 *
 * <p>What is signed is this text in UTF-8, every line ended by a line feed:
 *
 * <pre>
 * flowledger heads 1
 * SIGNED_AT
 * TOPIC PARTITION OFFSET RECORDS SHA256
 * </pre>
 *
 * The last line is there for every head, ordered by topic and partition; numbers are decimal, the
 * hash is lower-case hexadecimal, the moment is as in {@code signed_at}. A text that would give
 * these lines in more than one way is not taken: the moment is one in ISO-8601, a name of a topic
 * has the characters of one.
 */
final class SignedHeads {

  private static final String FIRST_LINE = "flowledger heads 1\n";
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]+");

  private SignedHeads() {}

  /** The heads and their signature as JSON. */
  static String sign(List<PartitionHead> heads, PrivateKey key, Instant moment) {
    try {
      PublicKey publicKey = SigningKeys.publicKeyOf(key);
      Signature signature = Signature.getInstance(SigningKeys.ALGORITHM);
      signature.initSign(key);
      signature.update(signed(heads, moment.toString()));
      JsonText json = PartitionHead.list(new JsonText(1024).raw("{"), heads);
      json.raw(", \"signed_at\": ").string(moment.toString());
      json.raw(", \"algorithm\": ").string(SigningKeys.ALGORITHM);
      json.raw(", \"public_key\": ").string(base64(publicKey.getEncoded()));
      json.raw(", \"signature\": ").string(base64(signature.sign()));
      return json.raw("}").toString();
    } catch (GeneralSecurityException e) {
      throw new AuditFailure("cannot sign: " + e.getMessage(), e);
    }
  }

  /**
   * @param json as {@link #sign} writes it
   * @param key of whoever must have signed it
   * @throws AuditFailure when the heads are not signed with it
   */
  static void check(String json, PublicKey key) {
    JsonObject file = new JsonObject(json);
    List<PartitionHead> heads = AuditJson.heads(file);
    String moment = text(file, "signed_at");
    byte[] signed = signed(heads, moment);
    try {
      Signature signature = Signature.getInstance(SigningKeys.ALGORITHM);
      signature.initVerify(key);
      signature.update(signed);
      if (signature.verify(Base64.getDecoder().decode(text(file, "signature")))) {
        return;
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new AuditFailure("its signature is none: " + e.getMessage(), e);
    }
    throw new AuditFailure(
        base64(key.getEncoded()).equals(file.getString("public_key"))
            ? "its signature is not that of its heads: they were altered"
            : "it was signed with another key");
  }

  private static String text(JsonObject file, String name) {
    if (!(file.getValue(name) instanceof String text)) {
      throw new AuditFailure("it is not signed: it has no " + name);
    }
    return text;
  }

  private static byte[] signed(List<PartitionHead> heads, String moment) {
    if (!isMoment(moment) || !heads.stream().allMatch(head -> isTopic(head.topic()))) {
      throw new AuditFailure("its texts are not as they are signed");
    }
    StringBuilder text = new StringBuilder(FIRST_LINE).append(moment).append('\n');
    heads.stream()
        .sorted(
            Comparator.comparing(PartitionHead::topic).thenComparingInt(PartitionHead::partition))
        .forEach(
            head ->
                text.append(head.topic())
                    .append(' ')
                    .append(head.partition())
                    .append(' ')
                    .append(head.head().offset())
                    .append(' ')
                    .append(head.head().records())
                    .append(' ')
                    .append(head.head().hex())
                    .append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isMoment(String text) {
    try {
      return Instant.parse(text).toString().equals(text);
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static boolean isTopic(String text) {
    return TOPIC.matcher(text).matches();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
