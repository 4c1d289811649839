package io.flowledger.deploy.access;

import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Grants;
import io.flowledger.http.access.Role;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Somebody who is known, by one proof: a line of the file.
 *
 * @param credential whose it is, and what they may do
 */
public record Holder(Credential credential, Proof proof) {

  // Also names that others give: an address of mail, or one of a service in a mesh.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+:/=|-]{0,255}");
  private static final String BLANKS = "[ \t]+";
  private static final String PREFIX = "flk_"; // so that scanners for secrets find it
  private static final int BYTES = 32;
  private static final int PARTS = 3;

  /**
   * @throws IllegalArgumentException when the name cannot be one
   */
  public static Holder of(String name, Grants grants, Proof proof) {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "a name begins with a letter or digit, and has those and . _ @ + : / = | -, at most 256,"
              + " not '%s'".formatted(name));
    }
    return new Holder(new Credential(name, grants), proof);
  }

  /** Whether anybody can be called so. */
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** A new key, which nobody can guess. */
  public static String newKey() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException that says what is wrong; without what stands there, which may
   *     be a secret
   */
  static Holder parse(String line) {
    String[] parts = line.strip().split(BLANKS);
    if (parts.length != PARTS) {
      throw new IllegalArgumentException("a line is: NAME ROLES PROOF");
    }
    if (!isName(parts[0])) {
      throw new IllegalArgumentException("the name cannot be one");
    }
    try {
      return new Holder(new Credential(parts[0], grants(parts[1])), Proof.parse(parts[2]));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(parts[0], e.getMessage()), e);
    }
  }

  private static Grants grants(String text) {
    try {
      return Grants.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          ("its roles are none: they are some of %s, and but for admin may be for some flows only,"
                  + " as in reader,writer:Train*")
              .formatted(Role.labels()));
    }
  }

  /** The line of the file. */
  String line() {
    return "%s %s %s".formatted(credential.name(), credential.grants(), proof.text());
  }
}
