package io.flowledger.ingest.write;

import io.flowledger.event.Fingerprint;
import io.flowledger.event.Idempotency;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.chain.Sha256;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.KeyedEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client calls a request that it may have to repeat, in the header {@code Idempotency-Key}:
 * of all requests of a flow under one key the first is carried out, and the others are answered as
 * that one was. The fingerprint tells them from other requests that use the key again by mistake.
 */
public final class IdempotencyKey {

  public static final String HEADER = "Idempotency-Key";

  /** That of requests that come without one: they are all different. */
  public static final IdempotencyKey NONE = new IdempotencyKey("", null);

  private static final int MOST_CHARACTERS = 255;

  private final String path;
  private final @Nullable Idempotency idempotency;

  private IdempotencyKey(String path, @Nullable Idempotency idempotency) {
    this.path = path;
    this.idempotency = idempotency;
  }

  /**
   * The key of a request, which may be quoted.
   *
   * @param values of the header, all that the request has
   * @param path of the request, normalized
   * @param body of the request
   * @throws RefusedException 400 when the header cannot be understood
   */
  public static IdempotencyKey of(List<String> values, String path, byte[] body) {
    if (values.isEmpty()) {
      return NONE;
    }
    if (values.size() > 1) {
      throw RefusedException.malformed("a request has one " + HEADER + " at most");
    }
    return new IdempotencyKey(
        path, new Idempotency(unquoted(values.get(0).strip()), fingerprint(path, body)));
  }

  /**
   * The key of a part of the request, for requests that make many events.
   *
   * @param index of the part in the request
   * @param meaning what the part says, in any form that is always the same
   */
  public IdempotencyKey entry(int index, byte[] meaning) {
    return idempotency == null
        ? NONE
        : new IdempotencyKey(
            path, new Idempotency(idempotency.getKey() + "#" + index, fingerprint(path, meaning)));
  }

  /** Whether there is one. */
  public boolean isPresent() {
    return idempotency != null;
  }

  /** As events have it; null for none. */
  @Nullable Idempotency inEvent() {
    return idempotency;
  }

  /**
   * The first event of a flow under this key, as far as the view has come; empty where there is
   * none, or no key.
   *
   * @throws RefusedException 422 when it was made by another request
   */
  Optional<KeyedEvent> first(View view, String flowId) {
    if (idempotency == null) {
      return Optional.empty();
    }
    Optional<KeyedEvent> first = view.keyed(flowId, idempotency.getKey());
    if (first.isPresent() && !first.get().has(idempotency.getFingerprint())) {
      throw RefusedException.otherRequest(
          "%s '%s' is that of another request of flow %s"
              .formatted(HEADER, idempotency.getKey(), flowId));
    }
    return first;
  }

  // A string of structured fields (RFC 8941), or the bare key, which most clients send.
  private static String unquoted(String value) {
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    String key = quoted ? unescaped(value.substring(1, value.length() - 1)) : value;
    boolean printable = key.chars().allMatch(c -> c >= ' ' && c <= '~');
    if (key.isEmpty() || key.length() > MOST_CHARACTERS || !printable) {
      throw RefusedException.malformed(
          "%s must be 1 to %d printable ASCII characters".formatted(HEADER, MOST_CHARACTERS));
    }
    return key;
  }

  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escaped = c == '\\' && ++i < text.length();
      char plainly = escaped ? text.charAt(i) : c;
      if (escaped ? plainly != '"' && plainly != '\\' : c == '"' || c == '\\') {
        throw RefusedException.malformed(HEADER + " is no quoted string");
      }
      plain.append(plainly);
    }
    return plain.toString();
  }

  private static Fingerprint fingerprint(String path, byte[] meaning) {
    MessageDigest sha256 = Sha256.create();
    sha256.update(path.getBytes(StandardCharsets.UTF_8));
    sha256.update((byte) 0);
    byte[] digest = sha256.digest(meaning);
    return new Fingerprint(Arrays.copyOf(digest, Fingerprint.getClassSchema().getFixedSize()));
  }
}
