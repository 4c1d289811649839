package io.flowledger.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What wrk is told and what it tells. */
class WrkTest {

  private static Operation.Request request(String method, String path, String body) {
    Map<String, List<String>> values = Map.of("task", List.of("/t/1", "/t/2"));
    return new Operation.Request(method, Template.of(path, values), Template.of(body, values));
  }

  @Test
  void aConstantRequestIsNoFunction() {
    String script = WrkScript.of(Operation.of("ping", request("GET", "/ping", "")), "h:1", 5);

    assertThat(script.lines().limit(3))
        .containsExactly(
            "wrk.method = \"GET\"",
            "wrk.path = \"/ping\"",
            "done = function(summary, latency, requests)");
  }

  @Test
  void requestsOfACycleAreMadeInTurns() {
    Operation operation =
        Operation.of(
            "two", request("GET", "${task}", ""), request("POST", "${task}/a", "{\"n\": ${n}}"));

    assertThat(WrkScript.of(operation, "h:1", 500).lines().limit(12))
        .containsExactly(
            "local task = {\"/t/1\", \"/t/2\"}",
            "local make = {",
            "  function(round, n) return \"GET \" .. task[round % 2 + 1] .. \" HTTP/1.1\\r\\nHost:"
                + " h:1\\r\\n\\r\\n\" end,",
            "  function(round, n) local body = \"{\\\"n\\\": \" .. n .. \"}\"",
            "    return \"POST \" .. task[round % 2 + 1] .. \"/a\" .. \" HTTP/1.1\\r\\nHost:"
                + " h:1\\r\\nContent-Type: application/json\\r\\nContent-Length: \" .. #body .."
                + " \"\\r\\n\\r\\n\" .. body end",
            "}",
            "local turn = 0",
            "request = function()",
            "  local text = make[turn % 2 + 1](math.floor(turn / 2), 500 + turn)",
            "  turn = turn + 1",
            "  return text",
            "end");
  }

  @Test
  void resultsAreRead() {
    assertThat(WrkLoad.parse("Running 1s test\nRESULT 3000 1500000 99 0 2 0 5 0 120 4500 9000\n"))
        .contains(
            new LoadResult(
                3000, 1.5, 99, 0.12, 4.5, 9.0, Map.of("read", 2L, "status not 2xx", 5L)));
  }

  @Test
  void withoutTheLineThereIsNoResult() {
    assertThat(WrkLoad.parse("unable to connect to 127.0.0.1:1 Connection refused\n"))
        .isEqualTo(Optional.empty());
  }

  @Test
  void failuresAreNamed() {
    LoadResult result =
        new LoadResult(10, 2, 0, 1, 1, 1, Map.of("status 503", 2L, "connection reset", 1L));

    assertThat(result.rate()).isEqualTo(5.0);
    assertThat(result.failed()).isEqualTo(3);
    assertThat(result.failuresText()).isEqualTo("connection reset x1, status 503 x2");
  }
}
