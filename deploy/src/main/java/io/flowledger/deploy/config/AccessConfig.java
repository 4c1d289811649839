package io.flowledger.deploy.config;

import io.flowledger.deploy.access.TokenRules;
import io.flowledger.http.access.Grants;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Who may use a server.
 *
 * @param keys file of those who are known
 * @param tokens that are taken of an issuer
 * @param proxyUserHeader in which a proxy that is trusted says whose a request is
 * @param certificates whether certificates of clients name their holders
 * @param byDefault what those may do who are known by the word of somebody else, and are not in the
 *     file
 * @param insecure whether everybody may be let in who reaches the server from elsewhere
 */
public record AccessConfig(
    Optional<Path> keys,
    Optional<TokenRules> tokens,
    Optional<String> proxyUserHeader,
    boolean certificates,
    Grants byDefault,
    boolean insecure) {

  /** Everybody who reaches the server; operators from its machine. */
  public static AccessConfig open() {
    return new AccessConfig(
        Optional.empty(), Optional.empty(), Optional.empty(), false, Grants.NONE, false);
  }

  /** Those only who are in that file. */
  public static AccessConfig of(Path keys) {
    return new AccessConfig(
        Optional.of(keys), Optional.empty(), Optional.empty(), false, Grants.NONE, false);
  }

  /** Whether requests are asked who they are of. */
  public boolean asks() {
    return keys.isPresent() || tokens.isPresent() || proxyUserHeader.isPresent() || certificates;
  }

  /** Whether everybody is let in, wherever they come from. */
  boolean isOpen() {
    return insecure && !asks();
  }

  /** What operators should be warned of, if anything. */
  public List<String> warnings() {
    return isOpen()
        ? List.of(
            "everybody who reaches this server may read and write everything: nobody is asked for"
                + " a key, see --keys")
        : List.of();
  }
}
