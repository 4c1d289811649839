package io.flowledger.deploy.config.edge;

import io.flowledger.deploy.config.HelpSection;
import io.flowledger.deploy.config.OptionRules;
import io.flowledger.http.tls.TlsConfig;
import io.vertx.core.http.ClientAuth;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** TLS of the server's ports, as options. */
public final class TlsOptions {

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Option(
      names = "--tls-cert",
      order = HelpSection.PLACE,
      paramLabel = "FILE",
      description =
          "Speak TLS, with the certificate in this PEM file, and what leads from it to an"
              + " authority. Files of TLS may be replaced while the server runs.")
  private @Nullable Path certificates;

  @Option(
      names = "--tls-key",
      order = HelpSection.PLACE,
      paramLabel = "FILE",
      description = "PEM file of its key, not encrypted.")
  private @Nullable Path key;

  @Option(
      names = "--tls-keystore",
      order = HelpSection.PLACE,
      paramLabel = "FILE",
      description = "Speak TLS, with the certificate and key in this PKCS#12 file.")
  private @Nullable Path keystore;

  @Option(
      names = "--tls-keystore-password-file",
      order = HelpSection.PLACE,
      paramLabel = "FILE",
      description = "File whose first line is the password of that.")
  private @Nullable Path password;

  @Option(
      names = "--tls-client-ca",
      order = HelpSection.PLACE,
      paramLabel = "FILE",
      description = "PEM file of the authorities that certificates of clients have to be of.")
  private @Nullable Path clientAuthorities;

  /** Whether clients need a certificate. */
  enum ClientCertificates {
    NONE,
    REQUEST,
    REQUIRED
  }

  @Option(
      names = "--tls-client-auth",
      order = HelpSection.PLACE,
      paramLabel = "none|request|required",
      description =
          "Whether clients are asked for a certificate, or need one: required by default where"
              + " there is --tls-client-ca.")
  private @Nullable ClientCertificates clientAuth;

  /**
   * What they say; empty for clear text.
   *
   * @throws ParameterException when they cannot be
   */
  public Optional<TlsConfig> config() {
    boolean pem = certificates != null || key != null;
    OptionRules.check(
        command,
        (certificates == null) == (key == null),
        "--tls-cert and --tls-key are needed together");
    OptionRules.contradiction(command, pem && keystore != null, "--tls-keystore", "--tls-cert");
    OptionRules.check(
        command,
        password == null || keystore != null,
        "--tls-keystore-password-file needs --tls-keystore");
    boolean tls = pem || keystore != null;
    OptionRules.check(
        command,
        tls || (clientAuthorities == null && clientAuth == null),
        "certificates of clients need TLS: --tls-cert and --tls-key, or --tls-keystore");
    ClientCertificates asked =
        clientAuth != null
            ? clientAuth
            : clientAuthorities == null ? ClientCertificates.NONE : ClientCertificates.REQUIRED;
    OptionRules.check(
        command,
        asked == ClientCertificates.NONE || clientAuthorities != null,
        "--tls-client-auth needs --tls-client-ca, the authorities of those certificates");
    return identity()
        .map(
            identity ->
                new TlsConfig(identity, Optional.ofNullable(clientAuthorities), auth(asked)));
  }

  private Optional<TlsConfig.Identity> identity() {
    if (certificates != null && key != null) {
      return Optional.of(new TlsConfig.Pem(certificates, key));
    }
    return Optional.ofNullable(keystore)
        .map(file -> new TlsConfig.Pkcs12(file, Optional.ofNullable(password)));
  }

  private static ClientAuth auth(ClientCertificates asked) {
    return switch (asked) {
      case NONE -> ClientAuth.NONE;
      case REQUEST -> ClientAuth.REQUEST;
      case REQUIRED -> ClientAuth.REQUIRED;
    };
  }
}
