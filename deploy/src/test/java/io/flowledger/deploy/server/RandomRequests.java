package io.flowledger.deploy.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.flowledger.deploy.fixture.Gzipped;
import io.flowledger.deploy.server.MountedRoutes.Mounted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Requests as a hostile or broken client sends them, the same for the same seed: all endpoints,
 * also with names that are none, all headers that mean something, bodies of all sizes, and bytes
 * that are hardly HTTP.
 */
final class RandomRequests {

  /**
   * What a client sends on a connection.
   *
   * @param bytes as characters of ISO 8859-1
   * @param methods of its requests; empty where it is in doubt what they are
   * @param leaves whether it goes without waiting for an answer
   */
  record Sent(String bytes, List<String> methods, boolean leaves) {

    boolean inDoubt() {
      return methods.isEmpty();
    }

    @Override
    public String toString() {
      String shown = bytes.length() > 2_000 ? bytes.substring(0, 2_000) + "..." : bytes;
      return "%s, %d bytes%s:%n%s"
          .formatted(methods, bytes.length(), leaves ? ", leaves" : "", shown);
    }
  }

  private static final List<String> METHODS =
      List.of(
          "GET", "GET", "POST", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE",
          "CONNECT", "BREW");

  /** Beside those of the server. {@code *} is a name. */
  private static final List<String> PATHS =
      List.of(
          "/flows/*/runs/*/steps/*/tasks/*/artifacts/*/attempt/*/*",
          "/x/../events",
          "/x/../flowledger/import",
          "/flowledger/*",
          "/flowledger/../flows",
          "/./flows",
          "//flows",
          "/flows/",
          "/schema-registry/*",
          "/schema-registry/subjects/*/versions/*",
          "*",
          "/*",
          "http://x/flows",
          "");

  private static final List<String> NAMES =
      List.of(
          "F",
          "G",
          "1",
          "2",
          "0",
          "-1",
          "99999999999999999999",
          "9007199254740991",
          "start",
          ".",
          "..",
          "%2e",
          "%2E.",
          ".%2e",
          "%2e%2e",
          "%2F",
          "%2f..%2f",
          "%",
          "%zz",
          "%00",
          "%ff",
          "%0d%0a",
          "%C3%A9",
          "%46",
          "a;b",
          "a\\b",
          "..\\",
          "a+b",
          "~",
          "\u00e4",
          "null",
          "latest",
          "x".repeat(300),
          "",
          "@",
          "0@0",
          "3@9999",
          ":name",
          "*");

  private static final List<String> PARAMETERS =
      List.of(
          "_limit=1",
          "_limit=-1",
          "_limit=x",
          "_limit=99999999999999999999",
          "_cursor=x",
          "_cursor=e30%3D",
          "_cursor=0@0",
          "_cursor=0@99999",
          "as_of=x",
          "as_of=0@0",
          "as_of=1@9999",
          "as_of=-1@-1",
          "as_of=2020-01-01",
          "as_of=2026-11-31T00:00:00",
          "as_of=9999999999999999999999",
          "%",
          "%zz=1",
          "status:co=running",
          "status=running",
          "ts_epoch:li=%25",
          "ts_epoch:gt=1e3",
          "user_name:is=null",
          "_tags:likeany=%25",
          "_tags:all=a,b",
          "tag=t",
          "field=f&value=a",
          "field=a&value=(",
          "field=f&op=re&value=(.*a){100}c",
          "field=f&op=li&value=%25%25%25a",
          "metadata_field_name=f&pattern=(",
          "metadata_field_name=f&pattern=.*",
          "a=%ff",
          "&&=",
          "from=x&to=y",
          "from=0@0&to=0@0",
          "run=1",
          "flow=F",
          "since=x",
          "type=FlowRegistered",
          "verdict=applied",
          "normalize=true&deleted=x",
          "offset=-1&limit=-5",
          "\u00e4",
          "q=" + "x".repeat(70_000));

  private static final List<String> BODIES =
      List.of(
          "{}",
          "{}",
          "[]",
          "[{}]",
          "{\"user_name\": 1}",
          "{\"user_name\": \"u\", \"tags\": [\"t\"], \"system_tags\": []}",
          "null",
          "nul",
          "{",
          "\"\\ud800\"",
          "1e999",
          "{\"tags\": [1]}",
          "{\"tags_to_add\": [\"a\"]}",
          "{\"tags_to_add\": [\"a\"], \"tags_to_remove\": [\"a\"]}",
          "[{\"field_name\": \"f\", \"value\": \"a\", \"type\": \"t\"}]",
          "[{\"field_name\": \"a\"}]",
          "[{\"name\": \"x\", \"location\": \"s3://x\", \"ds_type\": \"s3\", \"sha\": \"0\"}]",
          "[{\"name\": \"a\", \"attempt_id\": 1e40}]",
          "[{\"name\": \"..\"}]",
          "{\"run_number\": \"..\"}",
          "{\"run_number\": 7}",
          "{\"task_name\": \"start-7\"}",
          "{\"run_number\": 99999999999999999999}",
          "\u0000\u00ff",
          "\u00ef\u00bb\u00bf{}",
          "{\"schema\": \"{\"}",
          "{\"schema\": \"\\\"string\\\"\"}",
          "{\"schema\": \"\\\"string\\\"\", \"schemaType\": \"JSON\", \"references\": [{}]}",
          "{\"compatibility\": \"FULL\"}",
          "{\"compatibility\": 1}",
          "{\"sequence\": \"runs\", \"count\": 3}",
          "{\"sequence\": \"tasks\", \"count\": 99999999999}",
          "{\"heads\": []}",
          "{\"heads\": [{\"partition\": 0, \"records\": 1, \"head\": \"00\"}]}",
          "{\"all\": true}",
          "{\"positions\": [\"0@0\", \"x\"]}",
          "a=b&c=%zz",
          "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n",
          "[".repeat(5_000),
          "{\"a\":".repeat(5_000),
          "{\"type\": \"run\", \"flow_id\": \"F\"}\n{\"type\": \"flow\", \"flow_id\": \"H\"}\n",
          "[{\"type\": \"metadata\", \"flow_id\": \"F\", \"run_number\": 1}, 1, null]",
          "{\"type\": \"FlowRegistered\", \"event\": {\"flow_id\": \"I\"}}\n",
          "{\"flow\": \"F\"}\n");

  private static final List<String> TYPES =
      List.of(
          "application/json",
          "application/json; charset=utf-16",
          "application/x-www-form-urlencoded",
          "multipart/form-data",
          "multipart/form-data; boundary=x",
          "multipart/mixed; boundary=\"",
          "application/x-ndjson",
          "application/vnd.schemaregistry.v1+json",
          "text/plain",
          "*/*",
          ";;",
          "");

  private static final List<String> HEADERS =
      List.of(
          "Content-Encoding: gzip",
          "Content-Encoding: br",
          "Content-Encoding: gzip, gzip",
          "Content-Encoding: identity",
          "Accept: */*",
          "Accept: ;q=x,,*/*;q=9",
          "Accept: text/event-stream",
          "Accept: application/x-ndjson",
          "Accept: application/openmetrics-text; version=1.0.0",
          "Accept: image/png",
          "Accept-Encoding: gzip",
          "Accept-Encoding: br;q=1, *;q=0",
          "Accept-Encoding: ;",
          "If-None-Match: *",
          "If-None-Match: \"",
          "If-None-Match: W/\"x\", \"y\"",
          "If-Match: \"x\"",
          "If-Modified-Since: yesterday",
          "Idempotency-Key: k",
          "Idempotency-Key: " + "k".repeat(256),
          "Idempotency-Key: a\r\nIdempotency-Key: b",
          "Idempotency-Key: \u00e4",
          "Idempotency-Key:",
          "Flowledger-Min-Position: x",
          "Flowledger-Min-Position: 0@0",
          "Flowledger-Min-Position: 0@99999999999999999999",
          "Flowledger-Min-Position: 77@0",
          "Prefer: respond-async",
          "Prefer: ,;=",
          "Expect: 100-continue",
          "Expect: x",
          "Upgrade: h2c",
          "Upgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13",
          "Origin: http://evil.example",
          "X-Forwarded-For: 1.1.1.1",
          "Cookie: ;=",
          "Range: bytes=0-",
          "Last-Event-ID: x",
          "Last-Event-ID: 0@0",
          "Last-Event-ID: 0@99999",
          "Transfer-Encoding: gzip, chunked",
          "Connection: upgrade, te",
          "TE: trailers",
          "X-HTTP-Method-Override: DELETE",
          "X-Empty:",
          "X-Large: " + "x".repeat(7_000));

  /** Of those, what leaves in doubt where the request ends, or what it says. */
  private static final List<String> MALFORMED =
      List.of(
          "Host: y",
          "X-Folded: a\r\n b",
          "X-Folded: a\r\n\t",
          ": nameless",
          "No colon",
          "X Space: a",
          "X-Cr: a\rb",
          "X-Nul: \u0000",
          "Content-Length : 1",
          "X-Larger: " + "x".repeat(9_000),
          "X-Flood: x\r\n".repeat(2_000) + "X-End: x");

  private static final int[] SIZES = {
    1,
    100,
    1_023,
    1_024,
    1_025,
    8_192,
    65_536,
    262_144,
    1 << 20,
    (1 << 20) + 1,
    4 << 20,
    (16 << 20) - 1,
    16 << 20,
    (16 << 20) + 1,
    17 << 20
  };

  private final Random random;
  private final List<Mounted> routes;
  private final int port;

  RandomRequests(long seed, List<Mounted> routes, int port) {
    this.random = new Random(seed);
    this.routes = routes;
    this.port = port;
  }

  Sent next() {
    int kind = random.nextInt(100);
    if (kind < 75) {
      return request(true, true);
    }
    if (kind < 83) {
      return damaged(request(false, true));
    }
    if (kind < 90) {
      return pipelined();
    }
    if (kind < 94) {
      Sent whole = request(true, true);
      String part = whole.bytes().substring(0, random.nextInt(whole.bytes().length() + 1));
      return new Sent(part, List.of(), true);
    }
    if (kind < 97) {
      return new Sent(malformedChunks(), List.of(), false);
    }
    return new Sent(noise(), List.of(), false);
  }

  /** What is answered by 413 for certain: by chance, none of a thousand may be. */
  Sent tooLarge() {
    String body = "x".repeat(SIZES[SIZES.length - 1]);
    String head =
        "POST /flows/F HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\nContent-Length: %d\r\n"
            .formatted(port, body.length());
    return new Sent(head + "\r\n" + body, List.of("POST"), false);
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }

  // ---- one request -----------------------------------------------------------------------------

  private Sent request(boolean large, boolean last) {
    Mounted route = any(routes);
    String method = oneIn(6) ? any(METHODS) : route.method();
    String body = body(large && oneIn(12));
    List<String> headers = new ArrayList<>();
    boolean operator = oneIn(2);
    headers.add(
        "Host: "
            + (operator || oneIn(2) ? "localhost:" + port : any(List.of("x", "", "[", "a:b:c"))));
    if (operator) {
      headers.add("Flowledger-Operator: 1");
    }
    if (last) {
      headers.add("Connection: close");
    }
    if (!oneIn(3)) {
      headers.add("Content-Type: " + any(TYPES));
    }
    for (int more = random.nextInt(4); more > 0; more--) {
      headers.add(any(HEADERS));
    }
    if (headers.contains("Content-Encoding: gzip") && !oneIn(4)) {
      body = new String(Gzipped.of(body.getBytes(ISO_8859_1)), ISO_8859_1);
    }
    boolean malformed = oneIn(25);
    if (malformed) {
      headers.add(any(MALFORMED));
    }
    String framed = framed(body, headers);
    boolean doubt = malformed || framed.isEmpty();
    if (framed.isEmpty()) {
      framed = framedInDoubt(body, headers);
    }
    Collections.shuffle(headers, random);
    String version =
        oneIn(30) ? any(List.of("HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "http/1.1", "")) : "HTTP/1.1";
    doubt |= !version.equals("HTTP/1.1");
    String head = method + " " + target(route) + " " + version + "\r\n";
    doubt |= headers.contains("Transfer-Encoding: gzip, chunked");
    String request = head + String.join("\r\n", headers) + "\r\n\r\n" + framed;
    return new Sent(request, doubt ? List.of() : List.of(method), false);
  }

  private String target(Mounted route) {
    StringBuilder path = new StringBuilder();
    if (oneIn(8)) {
      for (char c : any(PATHS).toCharArray()) {
        path.append(c == '*' ? any(NAMES) : Character.toString(c));
      }
    } else {
      path.append(route.with(name -> oneIn(4) ? any(NAMES) : Mounted.there(name)));
    }
    if (oneIn(20)) {
      path.insert(random.nextInt(path.length() + 1), any(NAMES));
    }
    for (int more = Math.max(0, random.nextInt(6) - 3); more > 0; more--) {
      path.append(path.indexOf("?") < 0 ? '?' : '&').append(any(PARAMETERS));
    }
    return path.toString();
  }

  private String body(boolean large) {
    String body = oneIn(8) ? "" : any(BODIES);
    if (!large) {
      return body;
    }
    int size = SIZES[random.nextInt(SIZES.length)];
    int missing = Math.max(0, size - body.length());
    return switch (random.nextInt(5)) {
      case 0 -> " ".repeat(missing) + body;
      case 1 -> "[" + "{},".repeat(size / 3) + "{}]";
      case 2 -> "[{\"field_name\": \"f\", \"value\": \"" + "v".repeat(size) + "\"}]";
      case 3 -> "{\"tags\": [" + "\"a\",".repeat(size / 4) + "\"a\"]}";
      default -> "x".repeat(size);
    };
  }

  // ---- where it ends ---------------------------------------------------------------------------

  /** Adds the headers; empty where the client is to frame it in a way that is in doubt. */
  private String framed(String body, List<String> headers) {
    switch (random.nextInt(12)) {
      case 0 -> {
        if (!body.isEmpty()) {
          return "";
        }
      }
      case 1, 2, 3 -> {
        headers.add("Transfer-Encoding: chunked");
        return chunks(body);
      }
      default -> {}
    }
    headers.add("Content-Length: " + body.length());
    return body;
  }

  private String chunks(String body) {
    StringBuilder chunks = new StringBuilder();
    int most = oneIn(3) ? 7 + body.length() / 50 : body.length();
    for (int from = 0; from < body.length(); ) {
      int to = Math.min(body.length(), from + 1 + random.nextInt(Math.max(1, most)));
      chunks.append("%x%s\r\n".formatted(to - from, oneIn(5) ? ";a=b" : ""));
      chunks.append(body, from, to).append("\r\n");
      from = to;
    }
    return chunks + "0\r\n" + (oneIn(5) ? "X-Trailer: x\r\n" : "") + "\r\n";
  }

  private String framedInDoubt(String body, List<String> headers) {
    switch (random.nextInt(6)) {
      case 0 -> headers.addAll(List.of("Content-Length: 1", "Transfer-Encoding: chunked"));
      case 1 -> headers.addAll(List.of("Content-Length: 1", "Content-Length: 2"));
      case 2 -> headers.add("Content-Length: " + any(List.of("x", "-1", "+5", "1,1", "0x10", "")));
      case 3 -> headers.add("Content-Length: 99999999999999999999");
      case 4 -> headers.add("Content-Length: " + (body.length() + 1 + random.nextInt(100)));
      default -> {} // no length at all
    }
    return body;
  }

  private String malformedChunks() {
    String head =
        "POST %s HTTP/1.1\r\nHost: localhost:%d\r\nFlowledger-Operator: 1\r\n"
            .formatted(any(routes).existing(), port);
    return head
        + "Transfer-Encoding: chunked\r\n\r\n"
        + any(List.of("", "2\r\n{}\r\n", "1\r\n[\r\n"))
        + any(
            List.of(
                "zz\r\n",
                "-1\r\n",
                "\r\n",
                "2\r\n{}X\r\n",
                "2\n{}\n0\n\n",
                "ffffffffffffffff\r\n",
                "7fffffff\r\n{}",
                ";\r\n",
                "2 \r\n{}\r\n0\r\n\r\n",
                "1".repeat(9_000) + "\r\n",
                "0\r\n: x\r\n\r\n",
                "0\r\nContent-Length: 5\r\nHost: y\r\n\r\n",
                "0\r\n" + "X-Trailer: x\r\n".repeat(2_000) + "\r\n"));
  }

  // ---- several, and what is hardly one ----------------------------------------------------------

  private Sent pipelined() {
    StringBuilder all = new StringBuilder();
    List<String> methods = new ArrayList<>();
    boolean doubt = false;
    int count = oneIn(10) ? 200 : 1 + random.nextInt(8);
    for (int i = 1; i <= count; i++) {
      Sent one = request(false, i == count);
      all.append(one.bytes());
      methods.addAll(one.methods());
      doubt |= one.inDoubt();
    }
    return new Sent(all.toString(), doubt ? List.of() : methods, oneIn(10));
  }

  private Sent damaged(Sent whole) {
    StringBuilder bytes = new StringBuilder(whole.bytes());
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      int at = random.nextInt(bytes.length() + 1);
      if (oneIn(2) && at < bytes.length()) {
        bytes.deleteCharAt(at);
      } else {
        bytes.insert(
            at,
            any(
                List.of(
                    "\r",
                    "\n",
                    "\r\n",
                    "\r\n\r\n",
                    "\u0000",
                    " ",
                    "\t",
                    ":",
                    "\u00ff",
                    "%",
                    "\n ")));
      }
    }
    return new Sent(bytes.toString(), List.of(), false);
  }

  private String noise() {
    if (oneIn(3)) {
      return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000";
    }
    byte[] bytes = new byte[1 + random.nextInt(400)];
    random.nextBytes(bytes);
    return new String(bytes, ISO_8859_1) + (oneIn(2) ? "\r\n\r\n" : "");
  }
}
