package io.flowledger.deploy.access;

import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Introducer;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A header in which a proxy says who a request is of. Anybody else's header says nothing. */
public final class ProxyUser implements Introducer {

  private final String header;
  private final Predicate<RoutingContext> isOfProxy;
  private final Directory directory;

  /**
   * @param isOfProxy whether a request comes straight from a proxy that is trusted
   */
  public ProxyUser(String header, Predicate<RoutingContext> isOfProxy, Directory directory) {
    this.header = header;
    this.isOfProxy = isOfProxy;
    this.directory = directory;
  }

  @Override
  public Optional<Credential> of(RoutingContext request) {
    List<String> names = request.request().headers().getAll(header);
    if (names.isEmpty() || names.equals(List.of("")) || !isOfProxy.test(request)) {
      return Optional.empty();
    }
    Optional<Credential> named = names.size() == 1 ? directory.of(names.get(0)) : Optional.empty();
    if (named.isEmpty()) {
      throw new RefusedException(
          Reason.UNAUTHENTICATED,
          "the header %s names nobody who can be known here".formatted(header));
    }
    return named;
  }
}
