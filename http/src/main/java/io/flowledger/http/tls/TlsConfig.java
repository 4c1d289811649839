package io.flowledger.http.tls;

import io.vertx.core.http.ClientAuth;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Files that a port speaks TLS with.
 *
 * @param identity the certificate and its key
 * @param clientAuthorities PEM file of the certificates that those of clients are verified against;
 *     empty where no client is asked for one
 * @param clientAuth whether a client needs a certificate
 */
public record TlsConfig(
    Identity identity, Optional<Path> clientAuthorities, ClientAuth clientAuth) {

  /** Where the certificate and its key are. */
  public sealed interface Identity {
    /** All files of it. */
    List<Path> files();
  }

  /**
   * PEM files.
   *
   * @param certificates the server's own first, then those that lead to an authority
   * @param key PKCS#8 or PKCS#1, not encrypted
   */
  public record Pem(Path certificates, Path key) implements Identity {
    @Override
    public List<Path> files() {
      return List.of(certificates, key);
    }
  }

  /**
   * A PKCS#12 file.
   *
   * @param passwordFile whose first line is its password; empty for none
   */
  public record Pkcs12(Path keystore, Optional<Path> passwordFile) implements Identity {
    @Override
    public List<Path> files() {
      return Stream.concat(Stream.of(keystore), passwordFile.stream()).toList();
    }
  }

  /** All files. */
  public List<Path> files() {
    return Stream.concat(identity.files().stream(), clientAuthorities.stream()).toList();
  }
}
