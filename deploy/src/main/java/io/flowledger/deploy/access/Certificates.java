package io.flowledger.deploy.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Introducer;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Certificates of clients, which TLS has verified already: they name their holders by the common
 * name of their subject, or, where there is none, by a URI such as SPIFFE's.
 */
public final class Certificates implements Introducer {

  private static final int MOST_REMEMBERED = 10_000;
  private static final Integer URI = 6; // RFC 5280, GeneralName

  private final Directory directory;
  private final Cache<Certificate, Optional<String>> names =
      Caffeine.newBuilder().weakKeys().maximumSize(MOST_REMEMBERED).executor(Runnable::run).build();

  public Certificates(Directory directory) {
    this.directory = directory;
  }

  @Override
  public Optional<Credential> of(RoutingContext request) {
    return certificate(request.request().connection())
        .map(
            certificate ->
                names
                    .get(certificate, Certificates::name)
                    .flatMap(directory::of)
                    .orElseThrow(
                        () ->
                            new RefusedException(
                                Reason.UNAUTHENTICATED,
                                "the certificate names nobody who can be known here")));
  }

  private static Optional<Certificate> certificate(HttpConnection connection) {
    if (!connection.isSsl()) {
      return Optional.empty();
    }
    try {
      List<Certificate> chain = connection.peerCertificates();
      return chain == null ? Optional.empty() : chain.stream().findFirst();
    } catch (SSLPeerUnverifiedException none) {
      return Optional.empty();
    }
  }

  private static Optional<String> name(Certificate certificate) {
    if (!(certificate instanceof X509Certificate known)) {
      return Optional.empty();
    }
    try {
      Optional<String> commonName =
          new LdapName(known.getSubjectX500Principal().getName())
              .getRdns().stream()
                  .filter(part -> part.getType().equalsIgnoreCase("CN"))
                  .map(part -> String.valueOf(part.getValue()))
                  .findFirst();
      return commonName.isPresent() ? commonName : uri(known);
    } catch (InvalidNameException | CertificateParsingException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> uri(X509Certificate certificate)
      throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names == null
        ? Optional.empty()
        : names.stream()
            .filter(name -> URI.equals(name.get(0)))
            .map(name -> String.valueOf(name.get(1)))
            .findFirst();
  }
}
