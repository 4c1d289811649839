package io.flowledger.deploy.access;

import io.flowledger.projector.chain.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.security.crypto.bcrypt.BCrypt;

/**
 * How somebody proves who they are, as the file of those who are known has it: never a secret, but
 * a hash of it.
 */
public sealed interface Proof {

  /** The word that it begins with in the file, and that people are told. */
  String kind();

  /** The text of the file. */
  String text();

  /**
   * By a key: 256 random bits, so a fast hash is enough, since nobody can try them all.
   *
   * @param hash SHA-256 of the key, in hexadecimal
   */
  record Key(String hash) implements Proof {

    private static final String KIND = "sha256";
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    /** Of a secret that only its holder knows. */
    public static Key of(String secret) {
      return new Key(hash(secret));
    }

    static String hash(String secret) {
      byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(Sha256.create().digest(bytes));
    }

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String text() {
      return KIND + ":" + hash;
    }
  }

  /**
   * By a password, which people choose: its hash is slow.
   *
   * @param hash of bcrypt, as {@code htpasswd -B} writes it
   */
  record Password(String hash) implements Proof {

    private static final String KIND = "bcrypt";
    private static final Pattern HASH =
        Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-4])\\$[./A-Za-z0-9]{53}");
    private static final int MOST_BYTES = 72; // bcrypt takes no more of it
    private static final int COST_FROM = 4;
    private static final int COST_DIGITS = 2;
    private static final int DECIMAL = 10;

    /** Random characters: the hash of nothing that anybody knows. */
    static final Password OF_NOBODY =
        new Password("$2a$10$W46hKK/W04oRy3Fx5/PZz.UEe27Ak8e/yz4dKmIX/ZLT217AbIWFe");

    /**
     * @throws IllegalArgumentException when it cannot be one
     */
    public static Password of(String secret) {
      int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
      if (bytes == 0 || bytes > MOST_BYTES) {
        throw new IllegalArgumentException(
            "a password has 1 to %d bytes, not %d".formatted(MOST_BYTES, bytes));
      }
      return new Password(BCrypt.hashpw(secret, BCrypt.gensalt()));
    }

    /** The logarithm of how many rounds it takes. */
    int cost() {
      return Integer.parseInt(hash, COST_FROM, COST_FROM + COST_DIGITS, DECIMAL);
    }

    /** Whether it is that of a secret; takes a tenth of a second of a processor. */
    boolean isOf(String secret) {
      return secret.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES
          && BCrypt.checkpw(secret, hash);
    }

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String text() {
      return KIND + ":" + hash;
    }
  }

  /**
   * By the word of somebody who is trusted. The same name of another of them is somebody else: who
   * issues certificates to machines is not to be believed about people.
   */
  record Vouched(Voucher voucher) implements Proof {

    private static final String PREFIX = "vouched:";

    @Override
    public String kind() {
      return PREFIX + voucher.label();
    }

    @Override
    public String text() {
      return kind();
    }
  }

  /** Who is trusted to say who somebody is. */
  enum Voucher {
    /** The issuer of a token, who has signed it. */
    TOKEN,
    /** The authority of a client's certificate. */
    CERTIFICATE,
    /** The proxy that requests come through. */
    PROXY;

    /** The word of it in the file. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException that says what it may be; without what stands there, which may
   *     be a secret
   */
  static Proof parse(String text) {
    for (Voucher voucher : Voucher.values()) {
      if (text.equals(new Vouched(voucher).text())) {
        return new Vouched(voucher);
      }
    }
    int colon = text.indexOf(':');
    String kind = colon < 0 ? "" : text.substring(0, colon);
    String hash = text.substring(colon + 1);
    if (kind.equals(Key.KIND) && Key.HASH.matcher(hash).matches()) {
      return new Key(hash);
    }
    if (kind.equals(Password.KIND) && Password.HASH.matcher(hash).matches()) {
      return new Password(hash);
    }
    throw new IllegalArgumentException(
        "a proof is sha256: and 64 hexadecimal digits, bcrypt: and such a hash of at most 2^14"
            + " rounds, or one of vouched:token, vouched:certificate and vouched:proxy");
  }
}
