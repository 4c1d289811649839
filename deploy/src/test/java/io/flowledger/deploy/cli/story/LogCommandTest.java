package io.flowledger.deploy.cli.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.fixture.CommandTest;
import io.flowledger.deploy.cli.fixture.FakeServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LogCommandTest extends CommandTest {

  private static final String EVENTS = "/flows/HelloFlow/runs/3/events";

  /** Just before midnight, where the user is. */
  private final HistoryEvents events = new HistoryEvents("HelloFlow", NOW + 12_599_850);

  private final JsonNode registered =
      events.ofRun(3, "RunRegistered", "{'tags': ['x'], 'system_tags': []}");
  private final JsonNode step = events.ofStep(3, "start", "StepRegistered", "{}");
  private final JsonNode begins = events.metadata(3, "start", 5, 0, "attempt", "0");
  private final JsonNode failed = events.metadata(3, "start", 5, 0, "attempt_ok", "False");

  private static final String STORY =
      """
      2026-11-23
      22:59:59.850  run 3 registered by ada (tags: x)
      22:59:59.950  step start
      """;

  private static String lines(JsonNode... history) {
    return Arrays.stream(history).map(event -> event + "\n").collect(Collectors.joining());
  }

  private static String stream(JsonNode... history) {
    return ": welcome\n\n"
        + Arrays.stream(history)
            .map(
                event ->
                    "id: %s\nevent: %s\ndata: %s\n\n"
                        .formatted(
                            event.path("position").asText(), event.path("type").asText(), event))
            .collect(Collectors.joining());
  }

  @Test
  void theHistoryIsAStory() {
    server.answer(EVENTS, lines(registered, step, begins, failed));
    assertThat(run("log", "HelloFlow/3"))
        .isEqualTo(
            printed(
                """
                2026-11-23
                22:59:59.850  run 3 registered by ada (tags: x)
                22:59:59.950  step start
                23:00:00.050  attempt 0 of start/5 begins
                23:00:00.150  attempt 0 of start/5 FAILED
                """));
    assertThat(server.requests())
        .containsExactly(new FakeServer.Request(EVENTS, "application/x-ndjson", "", ""));
  }

  @Test
  void aNewDayIsSaid() {
    HistoryEvents late = new HistoryEvents("HelloFlow", NOW + 12_600_000 + 3_599_950);
    server.answer(
        EVENTS,
        lines(
            late.ofRun(3, "RunRegistered", "{}"), late.ofStep(3, "start", "StepRegistered", "{}")));
    assertThat(run("log", "HelloFlow/3"))
        .isEqualTo(
            printed(
                """
                2026-11-23
                23:59:59.950  run 3 registered by ada
                2026-11-24
                00:00:00.050  step start
                """));
  }

  @Test
  void ofAStepAndOfATask() {
    server
        .answer("/flows/HelloFlow/runs/3/steps/start/events", lines(step))
        .answer("/flows/HelloFlow/runs/3/steps/start/tasks/5/events", lines(begins));
    assertThat(run("log", "HelloFlow/3/start").out())
        .isEqualTo("2026-11-23\n22:59:59.950  step start by ada\n");
    assertThat(run("log", "HelloFlow/3/start/5").out())
        .isEqualTo("2026-11-23\n23:00:00.050  attempt 0 of start/5 begins by ada\n");
  }

  @Test
  void jsonIsWhatTheServerAnswered() {
    server.answer(EVENTS, lines(registered, step));
    assertThat(run("log", "HelloFlow/3", "--json")).isEqualTo(printed(lines(registered, step)));
  }

  @Test
  void coloursSayHowThingsWent() {
    server.answer(EVENTS, lines(failed));
    assertThat(run("log", "HelloFlow/3", "--color=always"))
        .isEqualTo(
            printed(
                "\u001b[1m2026-11-23\u001b[0m\n\u001b[2m23:00:00.150\u001b[0m"
                    + "  \u001b[31mattempt 0 of start/5 FAILED by ada\u001b[0m\n"));
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThat(run("log", "HelloFlow/9"))
        .isEqualTo(failed(3, "flowledger: /flows/HelloFlow/runs/9/events is not registered\n"));
  }

  @Test
  void followingGoesOnBehindTheHistoryThroughCuts() {
    String gone = "{\"message\": \"the test is over\"}";
    server
        .answer(EVENTS, lines(registered))
        .answer(EVENTS, stream(registered, step)) // the first one again
        .answer(EVENTS, 503, "", Map.of("Retry-After", "60"))
        .answer(EVENTS, stream())
        .answer(EVENTS, stream(begins))
        .answer(EVENTS, 404, gone, Map.of());
    assertThat(run("log", "HelloFlow/3", "--follow"))
        .isEqualTo(
            new Ended(
                3,
                STORY + "23:00:00.050  attempt 0 of start/5 begins\n",
                """
                flowledger: the server has ended the connection; trying again in 1 s
                flowledger: the server at %s is not ready (status 503 for %s); try again later;\
                 trying again in 2 s
                flowledger: the server has ended the connection; trying again in 4 s
                flowledger: the server has ended the connection; trying again in 1 s
                flowledger: the test is over
                """
                    .formatted(server.url(), EVENTS)));
    assertThat(server.requests())
        .containsExactly(
            new FakeServer.Request(EVENTS, "application/x-ndjson", "", ""),
            new FakeServer.Request(EVENTS, "text/event-stream", "", "0@0"),
            new FakeServer.Request(EVENTS, "text/event-stream", "", "0@1"),
            new FakeServer.Request(EVENTS, "text/event-stream", "", "0@1"),
            new FakeServer.Request(EVENTS, "text/event-stream", "", "0@1"),
            new FakeServer.Request(EVENTS, "text/event-stream", "", "0@2"));
    assertThat(pauses)
        .isEqualTo(
            List.of(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(4),
                Duration.ofSeconds(1)));
  }

  @Test
  void followingAsJsonPrintsTheEventsAlone() {
    server
        .answer(EVENTS, lines(registered))
        .answer(EVENTS, stream(step))
        .answer(EVENTS, 404, "", Map.of());
    assertThat(run("log", "HelloFlow/3", "-f", "--json").out()).isEqualTo(lines(registered, step));
  }

  @Test
  void followingTheFutureOfThePastMakesNoSense() {
    assertThat(run("log", "HelloFlow/3", "--follow", "--as-of", "2d"))
        .isEqualTo(failed(2, "--follow makes no sense with --as-of\n"));
    assertThat(run("log", "HelloFlow/3/start/5/x"))
        .isEqualTo(failed(2, "artifacts have no history of their own\n"));
  }
}
