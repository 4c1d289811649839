package io.flowledger.deploy.server;

import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.http.Routes;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All endpoints of a server, as it has mounted them: none is missing here that is there. */
public final class MountedRoutes {

  private static final Pattern PARAMETER = Pattern.compile(":[a-z_]+|\\*$");

  /** What is there of what paths name, once {@link #populate} has been called. */
  private static final Map<String, String> THERE =
      Map.ofEntries(
          Map.entry(":flow", "F"),
          Map.entry(":run", "1"),
          Map.entry(":step", "start"),
          Map.entry(":task", "1"),
          Map.entry(":name", "x"),
          Map.entry(":attempt", "0"),
          Map.entry(":position", "0@0"),
          Map.entry(":subject", "flowledger.events-io.flowledger.event.FlowRegistered"),
          Map.entry(":version", "1"),
          Map.entry(":id", "1"),
          Map.entry(":guid", "00000000-0000-0000-0000-000000000000"),
          Map.entry(":file", "page.js"),
          Map.entry("*", "any"));

  /**
   * One endpoint.
   *
   * @param path with parameters in it, such as {@code /flows/:flow}
   */
  public record Mounted(String method, String path) {

    /** The parameters in the order in which they are there. */
    public String with(UnaryOperator<String> names) {
      Matcher parameters = PARAMETER.matcher(path);
      return parameters.replaceAll(
          parameter -> Matcher.quoteReplacement(names.apply(parameter.group())));
    }

    /** With objects that are there in the places of the parameters. */
    public String existing() {
      return with(Mounted::there);
    }

    static String there(String parameter) {
      String name = THERE.get(parameter);
      if (name == null) {
        throw new AssertionError("what is meant by " + parameter);
      }
      return name;
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private MountedRoutes() {}

  /** Those of a server with all defaults, which is started for it. */
  public static List<Mounted> all() {
    Path data = TestServer.temporaryFolder();
    try (Flowledger server = Flowledger.start(TestServer.config(data), line -> {})) {
      return of(server.routes());
    } finally {
      TestServer.delete(data);
    }
  }

  private static List<Mounted> of(List<Routes> endpoints) {
    Vertx vertx = Vertx.vertx();
    try {
      Router router = Router.router(vertx);
      endpoints.forEach(routes -> routes.mount(router));
      return router.getRoutes().stream()
          .filter(route -> route.getPath() != null)
          .flatMap(route -> methods(route).stream().map(method -> new Mounted(method, path(route))))
          .distinct()
          .toList();
    } finally {
      vertx.close();
    }
  }

  /** Where it takes all, some. */
  private static List<String> methods(Route route) {
    Set<HttpMethod> methods = route.methods();
    return methods == null
        ? List.of("GET", "POST", "PUT", "DELETE", "PATCH")
        : methods.stream().map(HttpMethod::name).toList();
  }

  /** Routes for all that is below a path are told without their asterisk. */
  private static String path(Route route) {
    String path = String.valueOf(route.getPath());
    return route.isExactPath() || path.endsWith("*")
        ? path
        : (path.endsWith("/") ? path : path + "/") + "*";
  }
}
