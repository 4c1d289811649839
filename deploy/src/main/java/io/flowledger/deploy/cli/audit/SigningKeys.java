package io.flowledger.deploy.cli.audit;

import io.flowledger.deploy.audit.AuditFailure;
import io.flowledger.deploy.cli.Faults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/**
 * Ed25519 keys in PEM files, as {@code openssl genpkey -algorithm ed25519} and {@code openssl pkey
 * -pubout} write them.
 */
final class SigningKeys {

  static final String ALGORITHM = "Ed25519";

  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";
  private static final int LINE_LENGTH = 64;

  private SigningKeys() {}

  /**
   * Makes a pair.
   *
   * @param file of the private key, which only its owner may read; that of the public one has
   *     {@code .pub} behind its name
   * @throws AuditFailure when one of them is there already, or cannot be written
   */
  static void generate(Path file) {
    Path publicFile = publicFile(file);
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      if (Files.exists(publicFile)) {
        throw new FileAlreadyExistsException(publicFile.toString());
      }
      Set<OpenOption> asNew = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try (var channel = Files.newByteChannel(file, asNew, ownerOnly(file))) {
        channel.write(
            StandardCharsets.US_ASCII.encode(pem(PRIVATE, pair.getPrivate().getEncoded())));
      }
      Files.writeString(
          publicFile,
          pem(PUBLIC, pair.getPublic().getEncoded()),
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw new AuditFailure(e.getFile() + " is there already; keys are not overwritten");
    } catch (IOException | GeneralSecurityException e) {
      throw new AuditFailure("cannot make keys in " + file + ": " + Faults.why(e), e);
    }
  }

  static Path publicFile(Path file) {
    return file.resolveSibling(file.getFileName() + ".pub");
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static String pem(String type, byte[] der) {
    String base64 =
        Base64.getMimeEncoder(LINE_LENGTH, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, base64, type);
  }

  /**
   * @throws AuditFailure when the file holds none
   */
  static PrivateKey privateKey(Path file) {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePrivate(new PKCS8EncodedKeySpec(der(PRIVATE, file)));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new AuditFailure(file + " holds no private key of Ed25519: " + Faults.why(e), e);
    }
  }

  /**
   * @throws AuditFailure when the file holds none
   */
  static PublicKey publicKey(Path file) {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePublic(new X509EncodedKeySpec(der(PUBLIC, file)));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new AuditFailure(file + " holds no public key of Ed25519: " + Faults.why(e), e);
    }
  }

  /**
   * The public key of a private one, which is not in its file. The JDK has no method for it, but it
   * makes a pair from 32 random bytes, which are the private key.
   */
  static PublicKey publicKeyOf(PrivateKey key) throws GeneralSecurityException {
    byte[] seed =
        ((EdECPrivateKey) key).getBytes().orElseThrow(() -> new InvalidKeyException("no bytes"));
    KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
    generator.initialize(NamedParameterSpec.ED25519, new NotRandom(seed));
    KeyPair pair = generator.generateKeyPair();
    if (!Arrays.equals(pair.getPrivate().getEncoded(), key.getEncoded())) {
      throw new InvalidKeyException("the public key cannot be told from the private one");
    }
    return pair.getPublic();
  }

  /** Gives the bytes that it was made with. */
  private static final class NotRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final byte[] bytes;

    NotRandom(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void nextBytes(byte[] target) {
      System.arraycopy(bytes, 0, target, 0, target.length);
    }
  }

  private static byte[] der(String type, Path file) throws IOException {
    String begin = "-----BEGIN " + type + "-----";
    String text = Files.readString(file);
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END " + type + "-----");
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("it has no line " + begin);
    }
    return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
  }
}
