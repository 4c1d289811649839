package io.flowledger.http.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.Caller;
import io.flowledger.http.fixture.RawConnection;
import io.flowledger.http.fixture.ServedPort;
import io.flowledger.projector.fixture.Seed;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The peer of each request is 127.0.0.1. */
final class EdgeTest {

  private static final AddressRanges PROXIES = AddressRanges.parse("127.0.0.1,10.0.0.0/8");
  private final ServedPort port = new ServedPort();

  @AfterEach
  void stop() throws Exception {
    port.close();
  }

  private void open(String allowed, AddressRanges proxies, String prefix) throws Exception {
    EdgeConfig config =
        new EdgeConfig(
            Optional.empty(),
            allowed.isEmpty() ? AddressRanges.none() : AddressRanges.parse(allowed),
            proxies,
            prefix,
            EdgeLimits.DEFAULTS);
    Edge edge = new Edge(config, Set.of("/ping")::contains, port.metrics());
    port.open(web -> web.filtered(edge), EdgeTest::mount);
  }

  private static void mount(Router router) {
    router.route("/ping").handler(request -> request.response().end("pong"));
    router.route("/seen/*").handler(request -> request.response().end(seen(request)));
    router.route("/").handler(request -> request.response().end("root"));
  }

  private static String seen(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    return "%s %s %s %s %s"
        .formatted(
            Caller.of(routing).address(),
            request.scheme(),
            request.authority(),
            request.uri(),
            request.query());
  }

  private RawConnection.Answer get(String path, String... headers) {
    try (RawConnection client = new RawConnection(port.port())) {
      client.send(
          "GET "
              + path
              + " HTTP/1.1\r\nHost: own:8080\r\n"
              + String.join("\r\n", headers)
              + (headers.length == 0 ? "" : "\r\n")
              + "\r\n");
      return client.answer();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Forwarded-For: 192.0.2.1 | 192.0.2.1",
        "X-Forwarded-For: 192.0.2.1:4711 | 192.0.2.1",
        "X-Forwarded-For: 2001:db8::1 | 2001:db8:0:0:0:0:0:1",
        "X-Forwarded-For: [2001:db8::1]:80 | 2001:db8:0:0:0:0:0:1",
        "X-Forwarded-For: 1.1.1.1, 192.0.2.1, 10.0.0.1 | 192.0.2.1",
        "X-Forwarded-For: garbage, 192.0.2.1 | 192.0.2.1",
        "X-Forwarded-For: 10.0.0.2, 10.0.0.1 | 10.0.0.2",
        "X-Forwarded-For: unknown | 127.0.0.1",
        "Forwarded: for=192.0.2.1 | 192.0.2.1",
        "Forwarded: for=\"[2001:db8::1]:80\" | 2001:db8:0:0:0:0:0:1",
        "forwarded: by=10.0.0.7;For=192.0.2.1;proto=http, for=10.0.0.1 | 192.0.2.1",
        "Forwarded: for=_hidden | 127.0.0.1",
        "Other: for=192.0.2.1 | 127.0.0.1"
      })
  void aTrustedProxyTellsWhomItIs(String header, String address) throws Exception {
    open("", PROXIES, "");
    assertThat(get("/seen/x", header).body()).startsWith(address + " http own:8080 /seen/x");
  }

  @Test
  void aTrustedProxyTellsWhatWasAsked() throws Exception {
    open("", PROXIES, "");
    assertThat(
            get(
                    "/seen/x?y=z",
                    "X-Forwarded-For: 192.0.2.1",
                    "X-Forwarded-Proto: https",
                    "X-Forwarded-Host: ledger.example.org")
                .body())
        .isEqualTo("192.0.2.1 https ledger.example.org /seen/x?y=z y=z");
    assertThat(get("/seen/x", "Forwarded: for=192.0.2.1;proto=https;host=\"a.org:444\"").body())
        .isEqualTo("192.0.2.1 https a.org:444 /seen/x null");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-For: 192.0.2.1",
        "Forwarded: for=192.0.2.1;proto=https;host=x",
        "Forwarded: ;;;",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: x"
      })
  void theWordOfOthersChangesNothing(String header) throws Exception {
    open("", AddressRanges.parse("10.0.0.0/8"), "");
    assertThat(get("/seen/x", header).body()).isEqualTo("127.0.0.1 http own:8080 /seen/x null");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Forwarded: for",
        "Forwarded: for=1.1.1.1;for=2.2.2.2",
        "Forwarded: for=\"1.1.1.1",
        "Forwarded: for=192.0.2.1;proto=gopher",
        "Forwarded: for=192.0.2.1;host=\"a b\"",
        "Forwarded: for=192.0.2.1,",
        "X-Forwarded-Proto: ftp",
        "X-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.2"
      })
  void whatIsMalformedIsRefused(String header) throws Exception {
    open("", PROXIES, "");
    assertThat(get("/seen/x", header).status()).isEqualTo(400);
  }

  @Test
  void longHeadersAreRefused() throws Exception {
    open("", PROXIES, "");
    String hops = String.join(",", IntStream.range(0, 33).mapToObj(i -> "10.0.0." + i).toList());
    assertThat(get("/seen/x", "X-Forwarded-For: " + hops).status()).isEqualTo(400);
    assertThat(get("/seen/x", "Forwarded: for=\"" + "\\a".repeat(1500) + "\"").status())
        .isEqualTo(400);
  }

  /** Whatever is in them, they are read or refused, and nothing hangs. */
  @Test
  void anyHeaderIsAnswered() throws Exception {
    open("", PROXIES, "");
    Random random = Seed.random("headers of proxies");
    List<String> pieces =
        List.of("for=", "\"", "\\", ";", ",", "proto=https", "[::1]", "1.2.3.4", " ", "host=", ":");
    for (int i = 0; i < 300; i++) {
      StringBuilder value = new StringBuilder();
      for (int n = random.nextInt(12); n >= 0; n--) {
        value.append(pieces.get(random.nextInt(pieces.size())));
      }
      String header = random.nextBoolean() ? "Forwarded: " : "X-Forwarded-For: ";
      assertThat(get("/seen/x", header + value).status()).as("%s", value).isIn(200, 400);
    }
  }

  @Test
  void onlyAllowedAddressesAreAnswered() throws Exception {
    open("192.0.2.0/24", PROXIES, "");
    assertThat(get("/seen/x", "X-Forwarded-For: 192.0.2.1").status()).isEqualTo(200);
    assertThat(get("/seen/x", "X-Forwarded-For: 192.0.3.1").status()).isEqualTo(403);
    assertThat(get("/seen/x", "X-Forwarded-For: unknown").status()).isEqualTo(403);
    assertThat(get("/seen/x").status()).isEqualTo(403);
    assertThat(port.metrics().get("flowledger.addresses.refused").counter().count()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "/led/ger/seen/x, 200",
    "/led/ger/ping, 200",
    "/led/ger, 200",
    "/led/ger/, 200",
    "/ping, 200",
    "/seen/x, 404",
    "/, 404",
    "/led, 404",
    "/led/gerseen/x, 404",
    "/led/ger//seen/x, 404",
    "/led/ger/../ger/seen/x, 404",
    "/x/../led/ger/seen/x, 404",
    "/led/ger/led/ger/seen/x, 404"
  })
  void allIsBelowThePrefix(String path, int status) throws Exception {
    open("", AddressRanges.none(), "/led/ger");
    assertThat(get(path).status()).isEqualTo(status);
  }

  @Test
  void endpointsDoNotSeeThePrefix() throws Exception {
    open("", AddressRanges.none(), "/led");
    assertThat(get("/led/seen/x?y=%2F").body())
        .isEqualTo("127.0.0.1 http own:8080 /seen/x?y=%2F y=%2F");
  }
}
