package io.flowledger.http.edge;

import io.flowledger.http.tls.TlsConfig;
import java.util.Optional;

/**
 * What stands between the network and the endpoints.
 *
 * @param tls that the port speaks; empty for clear text
 * @param allowed addresses of clients; empty for all
 * @param proxies whose word is believed of whom a request comes from
 * @param pathPrefix below which all endpoints are, as {@code /flowledger}; empty for none
 * @param limits of what it takes
 */
public record EdgeConfig(
    Optional<TlsConfig> tls,
    AddressRanges allowed,
    AddressRanges proxies,
    String pathPrefix,
    EdgeLimits limits) {

  /** The defaults of {@code serve}: clear text, for everybody. */
  public static EdgeConfig defaults() {
    return new EdgeConfig(
        Optional.empty(), AddressRanges.none(), AddressRanges.none(), "", EdgeLimits.DEFAULTS);
  }

  /** Whether clients are asked for certificates. */
  public boolean asksForCertificates() {
    return tls.flatMap(TlsConfig::clientAuthorities).isPresent();
  }

  /** The scheme of its URLs. */
  public String scheme() {
    return tls.isPresent() ? "https" : "http";
  }
}
