package io.flowledger.http;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Refuses what a page in a browser would have done here: the browser of anybody who can reach the
 * server sends it for any page, and says so. No page is of this server's own, so one whose name has
 * been made to point here is refused too. Holds of all methods that do something, at all paths but
 * those that are left open.
 */
public final class NoPages implements Routes {

  private static final Set<HttpMethod> READS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private static final String ORIGIN = "Origin";
  private static final String SITE = "Sec-Fetch-Site";
  private static final String NO_SITE = "none"; // whoever uses the browser asks by themselves

  private final Predicate<String> open;

  /**
   * @param open whether a path, as it is routed, is for pages too
   */
  public NoPages(Predicate<String> open) {
    this.open = open;
  }

  @Override
  public void mount(Router router) {
    // What it refuses is refused before there is an endpoint.
  }

  @Override
  public void admit(RoutingContext request) {
    HttpServerRequest http = request.request();
    if (!READS.contains(http.method()) && isOfPage(http) && !open.test(request.normalizedPath())) {
      throw RefusedException.forbidden(
          "such requests are taken from programs, not from pages in a browser: this one has the"
              + " header "
              + (http.headers().contains(ORIGIN) ? ORIGIN : SITE));
    }
  }

  private static boolean isOfPage(HttpServerRequest http) {
    return http.headers().contains(ORIGIN)
        || http.headers().getAll(SITE).stream().anyMatch(site -> !site.equalsIgnoreCase(NO_SITE));
  }
}
