package io.flowledger.http.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.telemetry.EndedRequest;
import io.flowledger.http.trace.RequestTrace;
import io.flowledger.http.trace.TraceParent;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AccessLogFormatTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  static EndedRequest request(String target, @Nullable String agent) {
    return new EndedRequest(
        Instant.parse("2026-11-30T17:00:00.123456Z"),
        "id-1",
        "10.0.0.1",
        "anna",
        "GET",
        target,
        "/flows/:flow",
        "HTTP/1.1",
        200,
        1234,
        4_050_999,
        agent,
        RequestTrace.of(new TraceParent(TRACE, "00f067aa0ba902b7", true), Optional.empty(), false));
  }

  private static EndedRequest bare() {
    return new EndedRequest(
        Instant.EPOCH,
        "id-2",
        null,
        null,
        "GET",
        "/",
        "",
        "HTTP/1.0",
        400,
        0,
        999,
        null,
        RequestTrace.NONE);
  }

  private static String line(AccessLogFormat format, EndedRequest request) {
    StringBuilder line = new StringBuilder();
    format.write(request, line);
    return line.toString();
  }

  @Test
  void textIsTheCombinedFormatAndMore() {
    assertThat(line(AccessLogFormat.TEXT, request("/flows/F?a=b", "curl/8")))
        .isEqualTo(
            "10.0.0.1 - anna [2026-11-30T17:00:00.123Z] \"GET /flows/F?a=b HTTP/1.1\" 200 1234"
                + " \"-\" \"curl/8\" 4.050 id-1 "
                + TRACE
                + " /flows/:flow");
    assertThat(line(AccessLogFormat.TEXT, bare()))
        .isEqualTo(
            "- - - [1970-01-01T00:00:00.000Z] \"GET / HTTP/1.0\" 400 0 \"-\" \"-\" 0.000 id-2 - -");
  }

  @Test
  void jsonHasTheSame() {
    assertThat(line(AccessLogFormat.JSON, request("/flows/F?a=b", "curl/8")))
        .isEqualTo(
            "{\"time\": \"2026-11-30T17:00:00.123Z\", \"request_id\": \"id-1\", \"remote\":"
                + " \"10.0.0.1\", \"credential\": \"anna\", \"method\": \"GET\", \"target\":"
                + " \"/flows/F?a=b\", \"route\": \"/flows/:flow\", \"protocol\": \"HTTP/1.1\","
                + " \"status\": 200, \"bytes\": 1234, \"ms\": 4.050, \"user_agent\": \"curl/8\","
                + " \"trace_id\": \""
                + TRACE
                + "\"}");
    assertThat(line(AccessLogFormat.JSON, bare()))
        .isEqualTo(
            "{\"time\": \"1970-01-01T00:00:00.000Z\", \"request_id\": \"id-2\", \"remote\": null,"
                + " \"credential\": null, \"method\": \"GET\", \"target\": \"/\", \"route\": null,"
                + " \"protocol\": \"HTTP/1.0\", \"status\": 400, \"bytes\": 0, \"ms\": 0.000,"
                + " \"user_agent\": null, \"trace_id\": null}");
  }

  @Test
  void whatClientsSendCannotBeTakenForAnotherLine() {
    EndedRequest hostile = request("/a\"\\\n\u001b[2J\u00fc\u2028", "x\r\ny\u007f");
    assertThat(line(AccessLogFormat.TEXT, hostile))
        .contains("\"GET /a\\\"\\\\\\u000a\\u001b[2J\\u00fc\\u2028 HTTP/1.1\"")
        .contains("\"x\\u000d\\u000ay\\u007f\"");
    for (AccessLogFormat format : AccessLogFormat.values()) {
      assertThat(line(format, hostile).chars().allMatch(c -> c >= ' ' && c <= '~' || c == 0x7f))
          .as("%s", format)
          .isTrue();
    }
  }

  @Test
  void linesAreOfABoundedLength() {
    EndedRequest long1 = request("/" + "\u00fc".repeat(60_000), "a".repeat(8000));
    EndedRequest kept = AccessLogFormat.kept(long1);
    assertThat(kept.target()).hasSize(1024).endsWith("...");
    assertThat(String.valueOf(kept.userAgent())).hasSize(256).endsWith("...");
    for (AccessLogFormat format : AccessLogFormat.values()) {
      assertThat(line(format, long1)).isEqualTo(line(format, kept)).hasSizeLessThan(8 << 10);
    }
    EndedRequest short1 = request("/", null);
    assertThat(AccessLogFormat.kept(short1)).isSameAs(short1);
  }
}
