package io.flowledger.deploy.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What the endpoints are: {@code GET /openapi.json} for programs, {@code GET /docs} for people. The
 * page fetches nothing from elsewhere, and names what it needs relatively, so that it can stand
 * below any path.
 */
public final class OpenApiRoutes implements Routes {

  /** The path of the description. */
  public static final String DESCRIPTION = "/openapi.json";

  /** The path of the page; what it needs is below. */
  public static final String PAGE = "/docs";

  private static final String UI = "/META-INF/resources/webjars/swagger-ui/";
  private static final String UI_PROPERTIES =
      "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
  private static final String OWN = "/docs/";
  private static final String HTML = "text/html; charset=utf-8";
  private static final String CSS = "text/css; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final int MOVED = 308;

  /** Scripts of this server only; Swagger UI has pictures in its style sheet. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private record Source(String type, String resource) {}

  private final Vertx vertx;
  private final String version;
  private final Optional<String> registryPath;
  private final boolean mcp;
  private final Map<String, Source> sources;
  private @Nullable Future<Map<String, StaticFile>> files;

  /**
   * @param version of this program
   * @param registryPath of the schema registry; empty where it is not served
   * @param mcp whether messages of the Model Context Protocol are taken
   */
  public OpenApiRoutes(Vertx vertx, String version, Optional<String> registryPath, boolean mcp) {
    this.vertx = vertx;
    this.version = version;
    this.registryPath = registryPath;
    this.mcp = mcp;
    String ui = UI + uiVersion() + "/";
    this.sources =
        Map.of(
            "swagger-ui.css", new Source(CSS, ui + "swagger-ui.css"),
            "swagger-ui-bundle.js", new Source(SCRIPT, ui + "swagger-ui-bundle.js"),
            "page.css", new Source(CSS, OWN + "page.css"),
            "page.js", new Source(SCRIPT, OWN + "page.js"));
  }

  /** Its files are below that. */
  private static String uiVersion() {
    try (InputStream in = OpenApiRoutes.class.getResourceAsStream(UI_PROPERTIES)) {
      if (in == null) {
        throw new IllegalStateException(UI_PROPERTIES + " is missing from the jar");
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + UI_PROPERTIES, e);
    }
  }

  @Override
  public void mount(Router router) {
    get(router, DESCRIPTION, this::description);
    get(router, PAGE, this::page);
    get(router, PAGE + "/:file", this::file);
  }

  private static void get(Router router, String path, Handler<RoutingContext> endpoint) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(endpoint);
  }

  @Override
  public boolean endsWithSlash(String path) {
    return path.equals(PAGE + "/");
  }

  private void description(RoutingContext request) {
    answer(request, DESCRIPTION);
  }

  private void page(RoutingContext request) {
    if (request.request().path().endsWith("/")) { // what is relative would be below it
      request.response().setStatusCode(MOVED).putHeader(HttpHeaders.LOCATION, ".." + PAGE).end();
      return;
    }
    request.response().putHeader("Content-Security-Policy", POLICY);
    answer(request, PAGE);
  }

  private void file(RoutingContext request) {
    String name = request.pathParam("file");
    if (!sources.containsKey(name)) {
      throw RefusedException.unknown("the page needs no " + name);
    }
    answer(request, name);
  }

  private void answer(RoutingContext request, String name) {
    files()
        .onSuccess(all -> Objects.requireNonNull(all.get(name), name).answer(request))
        .onFailure(request::fail);
  }

  /** Made when they are needed first, so that a start does not wait for them. */
  private synchronized Future<Map<String, StaticFile>> files() {
    if (files == null || files.failed()) {
      files = vertx.executeBlocking(this::read);
    }
    return files;
  }

  private Map<String, StaticFile> read() {
    Map<String, StaticFile> all = new HashMap<>();
    sources.forEach(
        (name, source) -> all.put(name, StaticFile.resource(source.type(), source.resource())));
    all.put(PAGE, StaticFile.resource(HTML, OWN + "index.html"));
    ObjectNode document = Description.of(version, registryPath, mcp);
    all.put(
        DESCRIPTION,
        StaticFile.of("application/json", document.toString().getBytes(StandardCharsets.UTF_8)));
    return Map.copyOf(all);
  }
}
