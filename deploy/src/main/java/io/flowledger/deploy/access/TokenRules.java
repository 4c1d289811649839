package io.flowledger.deploy.access;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Which tokens are taken: JSON Web Tokens that somebody else has signed.
 *
 * @param keys of the issuer: URL of a JSON Web Key Set, or path of a file with one or with public
 *     keys in PEM
 * @param issuer that tokens have to name
 * @param audiences of which tokens have to name one; empty where that is not asked for
 * @param algorithms that may have signed them, such as {@code RS256}; none with a shared secret
 * @param nameClaim that says who it is
 * @param rolesClaim that may say what they may do; a dot goes into what a claim holds
 * @param skew between the clocks of issuer and server
 */
public record TokenRules(
    String keys,
    String issuer,
    Set<String> audiences,
    List<String> algorithms,
    String nameClaim,
    String rolesClaim,
    Duration skew) {}
