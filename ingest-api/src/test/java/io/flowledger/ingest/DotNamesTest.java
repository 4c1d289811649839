package io.flowledger.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.bulk.entry.BulkLimits;
import io.flowledger.ingest.fixture.IngestServer;
import io.flowledger.ingest.fixture.IngestServer.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that no URL can have come in nowhere: what has them could never be reached again. */
final class DotNamesTest {

  private static final String TASK = "/flows/F/runs/1/steps/start/tasks/1";

  private IngestServer server;

  @BeforeEach
  void start(@TempDir Path directory) {
    server =
        new IngestServer(
            directory, new IngestConfig(Limits.DEFAULTS, BulkLimits.DEFAULTS, 2, "test/1"));
    server.givenATask();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String refusal(String field, String name) {
    return "%s must not be '%s': no URL can have it in its path".formatted(field, name);
  }

  /** Fields of bodies that are in paths later: where it is sent, and what is sent. */
  private static Stream<List<String>> bodies() {
    return Stream.of(
        List.of("run_number", "/flows/F/run", "{\"run_number\": \"%s\"}"),
        List.of("task_id", "/flows/F/runs/1/steps/start/task", "{\"task_id\": \"%s\"}"),
        List.of("entry 0: name", TASK + "/artifact", "[{\"name\": \"%s\"}]"));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void inABody(List<String> body) {
    for (String name : List.of(".", "..", "\\u002e", "\\u002E.")) {
      int before = server.log().events().size();
      assertThat(server.post(body.get(1), body.get(2).formatted(name)))
          .isEqualTo(
              Answer.failure(
                  400, refusal(body.get(0), name.replace("\\u002e", ".").replace("\\u002E", "."))));
      assertThat(server.log().events()).hasSize(before);
    }
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void noneInABody(List<String> body) {
    int before = server.log().events().size();
    assertThat(server.post(body.get(1), body.get(2).formatted("")))
        .isEqualTo(Answer.failure(400, body.get(0) + " must not be empty"));
    assertThat(server.log().events()).hasSize(before);
  }

  private static Stream<List<String>> entries() {
    return Stream.of(
        List.of("flow_id", "{\"type\": \"flow\", \"flow_id\": \"%s\"}"),
        List.of("flow_id", "{\"type\": \"run\", \"flow_id\": \"%s\"}"),
        List.of("run_number", "{\"type\": \"run\", \"flow_id\": \"F\", \"run_number\": \"%s\"}"),
        List.of(
            "step_name",
            "{\"type\": \"step\", \"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"%s\"}"),
        List.of(
            "run_number",
            "{\"type\": \"step\", \"flow_id\": \"F\", \"run_number\": \"%s\", \"step_name\": \"s\"}"),
        List.of(
            "task_id",
            "{\"type\": \"task\", \"flow_id\": \"F\", \"run_number\": 1, \"step_name\": \"start\","
                + " \"task_id\": \"%s\"}"),
        List.of(
            "task_id",
            "{\"type\": \"heartbeat\", \"flow_id\": \"F\", \"run_number\": 1, \"step_name\":"
                + " \"start\", \"task_id\": \"%s\"}"),
        List.of(
            "name",
            "{\"type\": \"artifact\", \"flow_id\": \"F\", \"run_number\": 1, \"step_name\":"
                + " \"start\", \"task_id\": 1, \"name\": \"%s\"}"));
  }

  @ParameterizedTest
  @MethodSource("entries")
  void inABulk(List<String> entry) {
    for (String name : List.of(".", "..")) {
      int before = server.log().history().size();
      Answer answer = server.bulk(entry.get(1).formatted(name));
      assertThat(answer.body())
          .isEqualTo(
              "{\"index\": 0, \"result\": \"rejected\", \"status\": 400, \"message\": \"%s\"}\n"
                  .formatted(refusal(entry.get(0), name)));
      assertThat(server.log().history()).hasSize(before);
    }
  }

  /** They are in no path. */
  @ParameterizedTest
  @ValueSource(strings = {".", ".."})
  void tagsUsersAndFieldsMayBeCalledSo(String name) {
    assertThat(
            server
                .post(
                    "/flows/F/run",
                    "{\"user_name\": \"%s\", \"tags\": [\"%s\"]}".formatted(name, name))
                .status())
        .isEqualTo(200);
    assertThat(
            server
                .post(
                    TASK + "/metadata",
                    "[{\"field_name\": \"%s\", \"value\": \"%s\"}]".formatted(name, name))
                .status())
        .isEqualTo(200);
  }
}
