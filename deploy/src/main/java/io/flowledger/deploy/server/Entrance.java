package io.flowledger.deploy.server;

import io.flowledger.deploy.access.ApiKeys;
import io.flowledger.deploy.access.Certificates;
import io.flowledger.deploy.access.Directory;
import io.flowledger.deploy.access.Holders;
import io.flowledger.deploy.access.KeyFile;
import io.flowledger.deploy.access.Passwords;
import io.flowledger.deploy.access.Proof;
import io.flowledger.deploy.access.ProxyUser;
import io.flowledger.deploy.access.TokenRules;
import io.flowledger.deploy.access.Tokens;
import io.flowledger.deploy.admin.HealthRoutes;
import io.flowledger.deploy.config.AccessConfig;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.openapi.OpenApiRoutes;
import io.flowledger.http.LocalOnly;
import io.flowledger.http.Operators;
import io.flowledger.http.Routes;
import io.flowledger.http.access.Admins;
import io.flowledger.http.access.Credentials;
import io.flowledger.http.access.Gate;
import io.flowledger.http.access.Introducer;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Who gets in, and who operates the server. */
final class Entrance {

  /** What Metaflow's client and probes ask before anything else, and tells nothing. */
  private static final Set<String> EVERYBODY =
      Set.of(
          "/ping",
          "/version",
          "/healthcheck",
          HealthRoutes.LIVE,
          HealthRoutes.READY,
          OpenApiRoutes.DESCRIPTION,
          OpenApiRoutes.PAGE);

  /** The same of all that is below: what the page of the description needs. */
  private static final String BELOW = OpenApiRoutes.PAGE + "/";

  /** Tools ask with the credential of whoever calls, so what they do is held to that. */
  private static final Set<String> READ_BY_POST = Set.of("/mcp");

  private static final Introducer NOBODY = request -> Optional.empty();

  private Entrance() {}

  /** Whether a path is for everybody, at any time. */
  static boolean isOpen(String path) {
    return EVERYBODY.contains(path) || path.startsWith(BELOW);
  }

  /**
   * Asks everybody who they are, where the server is to know that.
   *
   * @param parts takes what has to be closed
   * @param isOfProxy whether a request comes from a proxy that is trusted
   * @throws StartException when those who are known cannot be read
   */
  static Optional<Routes> gate(
      ServerConfig config,
      Parts parts,
      Vertx vertx,
      Predicate<RoutingContext> isOfProxy,
      MeterRegistry metrics) {
    AccessConfig access = config.access();
    return access.asks()
        ? Optional.of(
            new Gate(
                ways(access, parts, vertx, isOfProxy),
                Entrance::isOpen,
                READ_BY_POST::contains,
                metrics))
        : Optional.empty();
  }

  private static Gate.Ways ways(
      AccessConfig access, Parts parts, Vertx vertx, Predicate<RoutingContext> isOfProxy) {
    Holders holders = parts.add(access.keys().map(Entrance::holders).orElseGet(Holders::nobody));
    List<Credentials> secrets = new ArrayList<>();
    List<String> challenges = new ArrayList<>();
    if (access.keys().isPresent()) {
      secrets.add(new ApiKeys(holders));
      secrets.add(new Passwords(holders, vertx));
      challenges.add("Basic realm=\"flowledger\", charset=\"UTF-8\"");
    }
    access
        .tokens()
        .ifPresent(
            rules ->
                secrets.add(tokens(rules, directory(holders, Proof.Voucher.TOKEN, access), vertx)));
    challenges.add(0, "Bearer realm=\"flowledger\"");
    return new Gate.Ways(
        access
            .proxyUserHeader()
            .<Introducer>map(
                header ->
                    new ProxyUser(
                        header, isOfProxy, directory(holders, Proof.Voucher.PROXY, access)))
            .orElse(NOBODY),
        List.copyOf(secrets),
        access.certificates()
            ? new Certificates(directory(holders, Proof.Voucher.CERTIFICATE, access))
            : NOBODY,
        List.copyOf(challenges));
  }

  private static Directory directory(Holders holders, Proof.Voucher voucher, AccessConfig access) {
    return new Directory(holders, voucher, access.byDefault());
  }

  private static Tokens tokens(TokenRules rules, Directory directory, Vertx vertx) {
    try {
      return new Tokens(rules, directory, Clock.systemUTC(), vertx);
    } catch (IllegalArgumentException e) {
      throw new StartException("--token-keys: " + e.getMessage(), e);
    }
  }

  private static Holders holders(Path file) {
    try {
      return Holders.in(new KeyFile(file));
    } catch (NoSuchFileException e) {
      throw new StartException(
          "--keys: there is no file %s; 'flowledger keys create' makes it".formatted(file));
    } catch (IOException e) {
      throw new StartException("--keys: cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Those whose role says so; where nobody is asked who they are, whoever is on the machine. */
  static Operators operators(ServerConfig config) {
    return config.access().asks() ? new Admins() : new LocalOnly(config.http().host());
  }
}
