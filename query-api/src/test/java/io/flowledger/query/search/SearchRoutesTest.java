package io.flowledger.query.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Events;
import io.flowledger.query.QueryConfig;
import io.flowledger.query.QueryRoutes;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.QueryServer.Answer;
import io.flowledger.query.fixture.World;
import io.vertx.core.Vertx;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flows F, G and H are in a partition each; F has runs 1 and 4, G has 2 and 3, H has 5. */
final class SearchRoutesTest {

  private static final String LONG = "s3://bucket/" + "x".repeat(60);
  private static final int MANY = 120;

  private static World world;
  private static QueryServer server;

  @BeforeAll
  static void start(@TempDir Path directory) {
    world = new World(directory, 3);
    Vertx vertx = Vertx.vertx();
    server =
        new QueryServer(
            vertx,
            new QueryRoutes(vertx, world.views(), QueryConfig.defaults(), Clock.systemUTC())
                ::mount);
    List.of("F", "G", "H").forEach(flow -> world.flow(flow, 10));
    world.apply(Events.run("F", 1).tags("prod", "team:a").systemTags("user:bob").at(101));
    world.apply(Events.run("G", 2).tags("Prod", "gone").systemTags("user:ada").at(102));
    world.apply(Events.run("G", 3).named("argo-3").systemTags("production").at(103));
    world.apply(Events.run("F", 4).tags("größe", "nul\0a", LONG + 1).at(104));
    world.run("H", 5, 105);
    world.tags("G", 2, List.of("gone"), List.of("new"), 200);

    task("F", 1, 11, null);
    task("F", 1, 12, null);
    task("G", 2, 21, null);
    task("G", 3, 31, "t-31");
    task("F", 4, 41, null);
    task("H", 5, 51, null);
    world.metadata("F", 1, "start", 11, "attempt", "0", 1000);
    world.metadata("F", 1, "start", 12, "attempt", "0", 1001);
    world.metadata("F", 1, "start", 11, "attempt", "0", 1002);
    world.metadata("F", 1, "start", 11, "attempt", "1", 1003);
    world.metadata("F", 1, "start", 12, "attempt", "0x", 1004);
    world.metadata("G", 3, "start", 31, "attempt", "0", 999);
    world.metadata("F", 4, "start", 41, "loss", "Größer 0.1 [%]", 1005);
    world.metadata("F", 4, "start", 41, "ds-root", LONG + "1", 1006);
    world.metadata("G", 2, "start", 21, "ds-root", LONG + "2", 1007);
    world.metadata("G", 2, "start", 21, "nul", "a\0b", 1008);
    world.metadata("G", 3, "start", 31, "nul", "a\0c", 1009);
    world.metadata("F", 4, "start", 41, "nul", "a", 1010);
    for (int i = 0; i < MANY; i++) {
      long run = 1 + i % 3;
      String flow = run == 1 ? "F" : "G";
      task(flow, run, 3000 + i, null);
      world.metadata(flow, run, "start", 3000 + i, "large", "y".repeat(3000), 3000 + i);
    }
    for (int i = 0; i < MANY; i++) {
      task("H", 5, 1000 + i, null);
      world.metadata(
          "H",
          5,
          "start",
          1000 + i,
          List.of(Map.entry("many", "yes"), Map.entry("many", "no"), Map.entry("many", "yes")),
          2000 + i / 3);
    }
  }

  private static void task(String flowId, long run, long task, @Nullable String name) {
    world.step(flowId, run, "start", 300);
    world.apply(Events.task(flowId, run, "start", task).named(name).at(301));
  }

  @AfterEach
  void openViews() {
    world.views().viewsOpen(true);
  }

  @AfterAll
  static void stop() {
    server.close();
    world.close();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static String base64(String json) {
    return Base64.getEncoder().encodeToString(json.getBytes(UTF_8));
  }

  private static Answer page(int limit, String nextCursor, String... rows) {
    return new Answer(
        200,
        "application/json",
        Integer.toString(limit),
        nextCursor,
        "[" + String.join(", ", rows) + "]");
  }

  private static Answer get(String... parameters) {
    StringBuilder path = new StringBuilder("/search");
    for (int i = 0; i < parameters.length; i += 2) {
      path.append(i == 0 ? '?' : '&').append(parameters[i]).append('=');
      path.append(encoded(parameters[i + 1]));
    }
    return server.get(path.toString());
  }

  /** Pathspecs of the first page. */
  private static List<String> found(String... parameters) {
    Answer answer = get(parameters);
    assertThat(answer.withBody("")).isEqualTo(page(50, "").withBody(""));
    return pathspecs(answer);
  }

  private static List<String> pathspecs(Answer answer) {
    List<String> pathspecs = new ArrayList<>();
    for (String part : answer.body().split("\"pathspec\": \"", -1)) {
      pathspecs.add(part.substring(0, Math.max(0, part.indexOf('"'))));
    }
    return pathspecs.subList(1, pathspecs.size());
  }

  private static List<String> tasks(String field, String operator, String value) {
    return found("field", field, "op", operator, "value", value);
  }

  private static List<String> runs(String operator, String tag) {
    return found("tag", tag, "op", operator);
  }

  // ---- tasks by metadata -----------------------------------------------------------------------

  private static final String TASK_31 =
      "{\"kind\": \"task\", \"pathspec\": \"G/argo-3/start/t-31\", \"flow_id\": \"G\","
          + " \"run_number\": \"argo-3\", \"step_name\": \"start\", \"task_id\": \"t-31\","
          + " \"field_name\": \"attempt\", \"value\": \"0\", \"ts_epoch\": 999}";

  private static String task(long id, String value, long tsEpoch) {
    return ("{\"kind\": \"task\", \"pathspec\": \"F/1/start/%d\", \"flow_id\": \"F\","
            + " \"run_number\": 1, \"step_name\": \"start\", \"task_id\": %d,"
            + " \"field_name\": \"attempt\", \"value\": \"%s\", \"ts_epoch\": %d}")
        .formatted(id, id, value, tsEpoch);
  }

  @Test
  void findsTasksByMetadataOfTheNewestRunFirst() {
    assertThat(get("field", "attempt", "value", "0"))
        .isEqualTo(page(50, "", TASK_31, task(11, "0", 1002), task(12, "0", 1001)));
    assertThat(get("field", "attempt", "value", "1")).isEqualTo(page(50, "", task(11, "1", 1003)));
    assertThat(get("field", "attempt", "value", "2")).isEqualTo(page(50, ""));
    assertThat(get("field", "att", "value", "0")).isEqualTo(page(50, ""));
  }

  @Test
  void showsATaskOnceWithTheNewestMetadataThatMatches() {
    assertThat(get("field", "attempt", "op", "re", "value", "^[01]"))
        .isEqualTo(page(50, "", TASK_31, task(12, "0x", 1004), task(11, "1", 1003)));
  }

  @Test
  void comparesAsTheOperatorSays() {
    assertThat(tasks("attempt", "eq", "0x")).containsExactly("F/1/start/12");
    assertThat(tasks("attempt", "eq", "0X")).isEmpty();
    assertThat(tasks("attempt", "sw", "0X")).containsExactly("F/1/start/12");
    assertThat(tasks("loss", "sw", "größer")).containsExactly("F/4/start/41");
    assertThat(tasks("loss", "sw", "0.1")).isEmpty();
    assertThat(tasks("loss", "co", "ÖSSER")).isEmpty();
    assertThat(tasks("loss", "co", "ÖßER 0.1")).containsExactly("F/4/start/41");
    assertThat(tasks("loss", "li", "gr_ßer%\\%]")).containsExactly("F/4/start/41");
    assertThat(tasks("loss", "li", "gr_ßer")).isEmpty();
    assertThat(tasks("loss", "re", "^Gr.+ \\d\\.1")).containsExactly("F/4/start/41");
    assertThat(tasks("loss", "re", "^gr")).isEmpty();
    assertThat(tasks("loss", "re", "(?i)^gr")).containsExactly("F/4/start/41");
  }

  @Test
  void tellsLongValuesApartThatBeginAlike() {
    assertThat(tasks("ds-root", "eq", LONG + "1")).containsExactly("F/4/start/41");
    assertThat(tasks("ds-root", "eq", LONG + "2")).containsExactly("G/2/start/21");
    assertThat(tasks("ds-root", "eq", LONG)).isEmpty();
    assertThat(tasks("ds-root", "eq", LONG.substring(0, 64))).isEmpty();
    assertThat(tasks("ds-root", "sw", LONG + "2")).containsExactly("G/2/start/21");
    assertThat(tasks("ds-root", "sw", "S3://")).containsExactly("F/4/start/41", "G/2/start/21");
    assertThat(tasks("ds-root", "sw", "s3://bucket/y")).isEmpty();
    assertThat(tasks("ds-root", "co", "xx1")).containsExactly("F/4/start/41");
    assertThat(tasks("ds-root", "li", "%xx2")).containsExactly("G/2/start/21");
    assertThat(tasks("ds-root", "re", "x1$")).containsExactly("F/4/start/41");
  }

  @Test
  void tellsValuesApartBehindAZeroCharacter() {
    assertThat(tasks("nul", "eq", "a\0b")).containsExactly("G/2/start/21");
    assertThat(tasks("nul", "eq", "a\0c")).containsExactly("G/argo-3/start/t-31");
    assertThat(tasks("nul", "eq", "a")).containsExactly("F/4/start/41");
    assertThat(tasks("nul", "eq", "a\0")).isEmpty();
    assertThat(tasks("nul", "sw", "a\0")).containsExactly("G/argo-3/start/t-31", "G/2/start/21");
    assertThat(tasks("nul", "co", "C")).containsExactly("G/argo-3/start/t-31");
  }

  @Test
  void searchesOneFlowOnly() {
    String[] ofG = {"field", "attempt", "value", "0", "flow", "G"};
    assertThat(get(ofG)).isEqualTo(page(50, "", TASK_31));
    assertThat(found("field", "attempt", "value", "0", "op", "co", "flow", "F"))
        .containsExactly("F/1/start/12", "F/1/start/11");
    assertThat(found("field", "attempt", "value", "0", "flow", "none")).isEmpty();
    assertThat(found("tag", "prod", "op", "sw", "flow", "G")).containsExactly("G/argo-3", "G/2");
  }

  @Test
  void leavesOutWhatIsOlder() {
    assertThat(found("field", "attempt", "value", "0", "since", "1002"))
        .containsExactly("F/1/start/11");
    assertThat(found("field", "attempt", "value", "0", "since", "1970-01-01T00:00:01.001Z"))
        .containsExactly("F/1/start/11", "F/1/start/12");
    assertThat(found("field", "attempt", "value", "0", "since", "1970-01-01")).hasSize(3);
    assertThat(found("tag", "prod", "op", "sw", "since", "102")).containsExactly("G/argo-3", "G/2");
  }

  /** A task whose newest match is too old is not shown with it, nor with an older one. */
  @Test
  void sinceIsAboutTheMetadataThatMatches() {
    assertThat(found("field", "attempt", "value", "1", "since", "1003"))
        .containsExactly("F/1/start/11");
    assertThat(found("field", "attempt", "value", "1", "since", "1004")).isEmpty();
  }

  @Test
  void goesOnWithinARun() {
    Answer first = get("field", "attempt", "value", "0", "_limit", "2");
    String cursor = base64("{\"ts_epoch\": 1002, \"id\": 3, \"run_number\": 1}");
    assertThat(first).isEqualTo(page(2, cursor, TASK_31, task(11, "0", 1002)));
    assertThat(get("field", "attempt", "value", "0", "_limit", "2", "_cursor", cursor))
        .isEqualTo(page(2, "", task(12, "0", 1001)));
    assertThat(get("field", "attempt", "value", "0", "_limit", "0")).isEqualTo(page(0, ""));
  }

  @ParameterizedTest
  @CsvSource({"eq, yes, 1", "eq, yes, 7", "eq, yes, 119", "eq, yes, 500", "re, y|o, 7"})
  void goingOnShowsEveryTaskOnce(String operator, String value, int limit) {
    List<String> all = new ArrayList<>();
    String cursor = "";
    do {
      Answer answer =
          get(
              "field",
              "many",
              "op",
              operator,
              "value",
              value,
              "_limit",
              "" + limit,
              "_cursor",
              cursor);
      assertThat(answer.status()).isEqualTo(200);
      all.addAll(pathspecs(answer));
      cursor = answer.nextCursor();
    } while (!cursor.isEmpty());

    List<String> expected = new ArrayList<>();
    for (int i = MANY - 1; i >= 0; i--) {
      expected.add("H/5/start/" + (1000 + i));
    }
    assertThat(all).isEqualTo(expected);
  }

  /** A page that is written in several pieces is read ahead first, over all its runs. */
  @Test
  void showsLargePagesWhole() {
    List<String> expected = new ArrayList<>();
    for (String run : List.of("G/argo-3", "G/2", "F/1")) {
      for (int i = MANY - 1; i >= 0; i--) {
        if (run.equals(List.of("F/1", "G/2", "G/argo-3").get(i % 3))) {
          expected.add(run + "/start/" + (3000 + i));
        }
      }
    }
    Answer answer = get("field", "large", "op", "co", "value", "y", "_limit", "110");

    assertThat(answer.body()).hasSizeGreaterThan(300_000);
    assertThat(pathspecs(answer)).isEqualTo(expected.subList(0, 110));
    assertThat(found("field", "large", "op", "co", "value", "y", "_cursor", answer.nextCursor()))
        .isEqualTo(expected.subList(110, MANY));
  }

  // ---- runs by tag -----------------------------------------------------------------------------

  @Test
  void findsRunsByTag() {
    assertThat(get("tag", "prod"))
        .isEqualTo(
            page(
                50,
                "",
                "{\"kind\": \"run\", \"pathspec\": \"F/1\", \"flow_id\": \"F\", \"run_number\": 1,"
                    + " \"tag\": \"prod\", \"ts_epoch\": 101}"));
    assertThat(get("tag", "production"))
        .isEqualTo(
            page(
                50,
                "",
                "{\"kind\": \"run\", \"pathspec\": \"G/argo-3\", \"flow_id\": \"G\","
                    + " \"run_number\": \"argo-3\", \"tag\": \"production\", \"ts_epoch\": 103}"));
    assertThat(runs("eq", "user:ada")).containsExactly("G/2");
  }

  @Test
  void comparesTagsAsTheOperatorSays() {
    assertThat(runs("sw", "prod")).containsExactly("G/argo-3", "G/2", "F/1");
    assertThat(runs("co", "ER:")).containsExactly("G/2", "F/1");
    assertThat(runs("li", "team:_")).containsExactly("F/1");
    assertThat(runs("re", "^(Prod|größe)$")).containsExactly("F/4", "G/2");
    assertThat(runs("eq", "nul\0a")).containsExactly("F/4");
    assertThat(runs("eq", "nul\0b")).isEmpty();
    assertThat(runs("eq", LONG + 1)).containsExactly("F/4");
    assertThat(runs("eq", LONG + 2)).isEmpty();
  }

  @Test
  void findsTagsThatWereAddedAndNotThoseThatWereRemoved() {
    assertThat(runs("eq", "new")).containsExactly("G/2");
    assertThat(runs("eq", "gone")).isEmpty();
    assertThat(runs("co", "gon")).isEmpty();
  }

  @Test
  void goesOnFromRunToRun() {
    Answer first = get("tag", "prod", "op", "sw", "_limit", "1");
    String cursor = base64("{\"ts_epoch\": 103, \"run_number\": 3}");
    assertThat(first.nextCursor()).isEqualTo(cursor);
    assertThat(pathspecs(first)).containsExactly("G/argo-3");
    assertThat(found("tag", "prod", "op", "sw", "_cursor", cursor)).containsExactly("G/2", "F/1");
  }

  // ---- requests that make no sense -------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                              | a search needs a field and its value, or a tag
          ?flow=F                         | a search needs a field and its value, or a tag
          ?field=a&tag=b&value=c          | a search is by field or by tag, not by both
          ?field=a                        | field needs a value
          ?tag=a&value=b                  | value goes with field, not with tag
          ?field=a&value=                 | value must not be empty
          ?field=&value=b                 | field must not be empty
          ?field=a%00b&value=b            | field must not contain a zero character
          ?tag=                           | tag must not be empty
          ?tag=a&flow=                    | flow must not be empty
          ?tag=a&op=ne                    | op must be one of eq, sw, co, li, re, not 'ne'
          ?tag=a&op=                      | op must not be empty
          ?tag=(&op=re                    | invalid regular expression '(': missing closing )
          ?tag=a&since=soon               | since must be epoch milliseconds or an ISO 8601 time, not 'soon'
          ?tag=a&since=99999999999999999999 | since must be epoch milliseconds or an ISO 8601 time, not '99999999999999999999'
          ?tag=a&_limit=x                 | _limit must be an integer of at least 0, not 'x'
          ?tag=a&_cursor=x                | Invalid cursor
          ?field=a&value=b&_cursor=eyJ0c19lcG9jaCI6IDEsICJydW5fbnVtYmVyIjogMX0= | Invalid cursor
          """)
  void refusesRequestsThatMakeNoSense(String query, String message) {
    assertThat(server.get("/search" + query)).isEqualTo(Answer.failure(400, message));
  }

  @Test
  void answersNothingWhereAViewCannotBeRead() {
    world.views().viewsOpen(false);
    assertThat(get("tag", "prod").status()).isEqualTo(503);
  }
}
