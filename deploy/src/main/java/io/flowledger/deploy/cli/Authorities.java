package io.flowledger.deploy.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Authorities that certificates of servers have to be of.
 *
 * @param file PEM file of their certificates; empty for those of the JVM
 */
public record Authorities(Optional<Path> file) {

  /** The environment variable that names the file. */
  public static final String VARIABLE = "FLOWLEDGER_CA_FILE";

  /** Those of the JVM. */
  public static Authorities known() {
    return new Authorities(Optional.empty());
  }

  /**
   * Has a client believe in them.
   *
   * @throws CommandFailure when the file has none
   */
  public HttpClient.Builder trustedBy(HttpClient.Builder client) {
    return file.map(pem -> client.sslContext(context(pem))).orElse(client);
  }

  private static SSLContext context(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + store.size(), certificate);
      }
      if (store.size() == 0) {
        throw CommandFailure.misused(VARIABLE + ": there is no certificate in " + pem);
      }
      TrustManagerFactory trusted =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusted.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trusted.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw CommandFailure.misused("%s: cannot read %s: %s".formatted(VARIABLE, pem, e));
    } catch (GeneralSecurityException e) {
      throw CommandFailure.misused(
          "%s: %s is no PEM file of certificates: %s".formatted(VARIABLE, pem, e.getMessage()));
    }
  }
}
