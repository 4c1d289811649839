package io.flowledger.deploy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.config.Version;
import io.flowledger.deploy.fixture.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The description as it is served, and the page that shows it. */
class OpenApiRoutesTest {

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @SuppressWarnings("NullAway.Init")
  private static DescribedApi api;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    api = new DescribedApi(server.url(""));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  @Test
  void theDescriptionIsOfThisVersion() {
    assertThat(api.document().at("/info/version").asText()).isEqualTo(Version.current());
    assertThat(api.document().get("openapi").asText()).startsWith("3.1.");
  }

  @Test
  void whoeverHasItIsNotSentItAgain() {
    for (String path : List.of("/openapi.json", "/docs", "/docs/swagger-ui-bundle.js")) {
      HttpResponse<byte[]> first = api.send("GET", path, null);
      assertThat(first.statusCode()).as(path).isEqualTo(200);
      assertThat(header(first, "Cache-Control")).isEqualTo("no-cache");

      HttpResponse<byte[]> again =
          api.send("GET", path, null, "If-None-Match", header(first, "ETag"));
      assertThat(again.statusCode()).as(path).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(api.send("GET", path, null, "If-None-Match", "W/\"other\"").statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void whoeverTakesItCompressedGetsTheSame() throws IOException {
    HttpResponse<byte[]> plain = api.send("GET", "/docs/swagger-ui.css", null);
    HttpResponse<byte[]> packed =
        api.send("GET", "/docs/swagger-ui.css", null, "Accept-Encoding", "br, gzip;q=0.8");
    assertThat(header(plain, "Content-Encoding")).isEmpty();
    assertThat(header(packed, "Content-Encoding")).isEqualTo("gzip");
    assertThat(header(packed, "Vary")).isEqualToIgnoringCase("Accept-Encoding");
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
      assertThat(in.readAllBytes()).isEqualTo(plain.body());
    }
    assertThat(
            header(
                api.send("GET", "/docs/swagger-ui.css", null, "Accept-Encoding", "gzip;q=0"),
                "Content-Encoding"))
        .isEmpty();
  }

  @Test
  void thePageNeedsNothingThatIsNotHere() {
    HttpResponse<byte[]> page = api.send("GET", "/docs", null);
    assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(header(page, "Content-Security-Policy"))
        .startsWith("default-src 'none'; script-src 'self';")
        .doesNotContain("unsafe", "http");

    Matcher links = Pattern.compile("(?:src|href)=\"([^\"]*)\"").matcher(text(page));
    int count = 0;
    while (links.find()) {
      String link = links.group(1);
      if (!link.startsWith("data:")) {
        // Relative, so that it works below any path.
        assertThat(link).doesNotStartWith("/").doesNotContain(":");
        assertThat(api.send("GET", "/" + link, null).statusCode()).as(link).isEqualTo(200);
        count++;
      }
    }
    assertThat(count).isEqualTo(5);
  }

  @Test
  void filesHaveTheirTypesAndThereAreNoOthers() {
    assertThat(header(api.send("GET", "/docs/page.js", null), "Content-Type"))
        .isEqualTo("text/javascript; charset=utf-8");
    assertThat(header(api.send("GET", "/docs/page.css", null), "Content-Type"))
        .isEqualTo("text/css; charset=utf-8");
    assertThat(header(api.send("GET", "/docs/page.js", null), "X-Content-Type-Options"))
        .isEqualTo("nosniff");
    for (String other : List.of("index.html", "pom.xml", "..%2fopenapi%2fwrites.json")) {
      assertThat(api.send("GET", "/docs/" + other, null).statusCode()).as(other).isEqualTo(404);
    }
  }

  @Test
  void whoeverAddsASlashIsSentToThePage() {
    HttpResponse<byte[]> moved = api.send("GET", "/docs/", null);
    assertThat(moved.statusCode()).isEqualTo(308);
    assertThat(header(moved, "Location")).isEqualTo("../docs");
  }
}
