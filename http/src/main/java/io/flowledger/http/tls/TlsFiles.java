package io.flowledger.http.tls;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.PfxOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * What the files of a {@link TlsConfig} hold, read once and found to be usable: no port is given a
 * key that is not that of its certificate, as files have that are in the middle of being replaced.
 *
 * @param options of a server, with the content of the files rather than their names
 * @param certificate the server's own
 */
record TlsFiles(ServerSSLOptions options, X509Certificate certificate) {

  static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  /** By ALPN, the best first. */
  static final List<HttpVersion> VERSIONS = List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1);

  private static final List<String> KEY_TYPES = List.of("EC", "RSA", "EdDSA", "RSASSA-PSS");

  /**
   * Reads the files. Blocks.
   *
   * @throws IOException when one cannot be read
   * @throws GeneralSecurityException when what is in them cannot be used
   */
  static TlsFiles read(Vertx vertx, TlsConfig config) throws IOException, GeneralSecurityException {
    KeyCertOptions own = identity(config.identity());
    X509KeyManager keys = keys(vertx, own);
    String alias =
        KEY_TYPES.stream()
            .map(type -> keys.getServerAliases(type, null))
            .filter(Objects::nonNull)
            .flatMap(Stream::of)
            .findFirst()
            .orElseThrow(
                () -> new GeneralSecurityException("there is no key with a certificate in them"));
    X509Certificate certificate = keys.getCertificateChain(alias)[0];
    checkIsOf(certificate, keys.getPrivateKey(alias));
    ServerSSLOptions options =
        new ServerSSLOptions()
            .setKeyCertOptions(own)
            .setClientAuth(config.clientAuth())
            .setUseAlpn(true)
            .setApplicationLayerProtocols(VERSIONS.stream().map(HttpVersion::alpnName).toList())
            .setEnabledSecureTransportProtocols(Set.copyOf(PROTOCOLS));
    if (config.clientAuthorities().isPresent()) {
      options.setTrustOptions(authorities(vertx, config.clientAuthorities().get()));
    }
    return new TlsFiles(options, certificate);
  }

  private static KeyCertOptions identity(TlsConfig.Identity identity) throws IOException {
    if (identity instanceof TlsConfig.Pem pem) {
      return new PemKeyCertOptions()
          .addCertValue(bytes(pem.certificates()))
          .addKeyValue(bytes(pem.key()));
    }
    TlsConfig.Pkcs12 pkcs12 = (TlsConfig.Pkcs12) identity;
    return new PfxOptions()
        .setValue(bytes(pkcs12.keystore()))
        .setPassword(password(pkcs12.passwordFile()));
  }

  private static String password(Optional<Path> file) throws IOException {
    return file.isEmpty() ? "" : Files.readString(file.get()).lines().findFirst().orElse("");
  }

  private static X509KeyManager keys(Vertx vertx, KeyCertOptions own)
      throws GeneralSecurityException {
    for (KeyManager manager : understood(() -> own.getKeyManagerFactory(vertx)).getKeyManagers()) {
      if (manager instanceof X509KeyManager keys) {
        return keys;
      }
    }
    throw new GeneralSecurityException("there is no key in them");
  }

  private static TrustOptions authorities(Vertx vertx, Path file)
      throws IOException, GeneralSecurityException {
    PemTrustOptions trusted = new PemTrustOptions().addCertValue(bytes(file));
    understood(() -> trusted.getTrustManagerFactory(vertx)); // so that it fails here
    return trusted;
  }

  private interface Understanding<T> {
    @SuppressWarnings("PMD.SignatureDeclareThrowsException") // as Vert.x declares it
    T get() throws Exception;
  }

  /** Whatever a parser throws: what is in the files is not what it should be. */
  private static <T> T understood(Understanding<T> parser) throws GeneralSecurityException {
    try {
      return parser.get();
    } catch (Exception e) {
      throw new GeneralSecurityException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
  }

  private static Buffer bytes(Path file) throws IOException {
    return Buffer.buffer(Files.readAllBytes(file));
  }

  private static void checkIsOf(X509Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    try {
      byte[] text = certificate.getSignature();
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(text);
      if (!signature.verify(signed)) {
        throw new SignatureException("another key");
      }
    } catch (GeneralSecurityException e) {
      throw new GeneralSecurityException("the key is not the key of the certificate", e);
    }
  }
}
