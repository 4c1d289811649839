package io.flowledger.deploy.access;

import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Role;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A key of an API, as its file has it: not the key itself, which its holder alone has, but a hash
 * of it. Keys are 256 random bits, so a fast hash is enough: nobody can try them all.
 *
 * @param credential whose it is
 * @param hash SHA-256 of the key, in hexadecimal
 */
public record ApiKey(Credential credential, String hash) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final String ALGORITHM = "sha256:";
  private static final String BLANKS = "[ \t]+";
  private static final String PREFIX = "flk_"; // so that scanners for secrets find it
  private static final int BYTES = 32;
  private static final int PARTS = 3;

  /**
   * @throws IllegalArgumentException when the name cannot be one
   */
  public static ApiKey of(String name, Role role, String secret) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a name has letters, digits and . _ @ + -, at most 64, not '%s'".formatted(name));
    }
    return new ApiKey(new Credential(name, role), hash(secret));
  }

  /** A new secret, which nobody can guess. */
  public static String secret() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  static String hash(String secret) {
    try {
      byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException that says what is wrong; without what stands there, which may
   *     be a key
   */
  static ApiKey parse(String line) {
    String[] parts = line.strip().split(BLANKS);
    if (parts.length != PARTS) {
      throw new IllegalArgumentException("a line is: NAME ROLE sha256:HASH");
    }
    if (!NAME.matcher(parts[0]).matches()) {
      throw new IllegalArgumentException("the name cannot be one");
    }
    Role role =
        Role.named(parts[1])
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the role of %s is none of %s".formatted(parts[0], Role.labels())));
    String hash = parts[2].startsWith(ALGORITHM) ? parts[2].substring(ALGORITHM.length()) : "";
    if (!HASH.matcher(hash).matches()) {
      throw new IllegalArgumentException(
          "%s has no hash of a key, which is sha256: and 64 hexadecimal digits"
              .formatted(parts[0]));
    }
    return new ApiKey(new Credential(parts[0], role), hash);
  }

  /** The line of the file. */
  String line() {
    return "%s %s %s%s".formatted(credential.name(), credential.role().label(), ALGORITHM, hash);
  }
}
