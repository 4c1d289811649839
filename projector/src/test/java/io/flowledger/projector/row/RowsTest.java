package io.flowledger.projector.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.EventId;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.text.Sink;
import io.flowledger.schemas.Identifier;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What rows answer, byte for byte, and what they remember. */
class RowsTest {

  private static final String W = "flowledger/test";
  private static final EventKey CREATOR = new EventKey(0x018bcfe568000001L, -2);

  private static EventId id() {
    return new EventId(
        ByteBuffer.allocate(16).putLong(CREATOR.high()).putLong(CREATOR.low()).array());
  }

  private static String rendered(Consumer<Sink> row) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    row.accept(bytes::write);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static RunRow run(@Nullable String runId, @Nullable String user, String... systemTags) {
    return RunRow.of(
        Events.run("Größe", 7)
            .id(id())
            .named(runId)
            .by(user)
            .tags("t\"1", "ü")
            .systemTags(systemTags)
            .beating(60L)
            .at(2000)
            .writtenBy(W)
            .event());
  }

  private static final RunRow RUN = run(null, "ada", "s1");
  private static final RunRow NAMED_RUN = run("argo-ü", "ada", "s1");
  private static final RunRow UNTAGGED = RUN.withTags(List.of());

  private static TaskRegistered task(@Nullable String name, @Nullable Long heartbeat) {
    return Events.task("Größe", 7, "start", 8)
        .id(id())
        .named(name)
        .tags("own")
        .beating(heartbeat)
        .at(4000)
        .writtenBy(W)
        .event();
  }

  @Nested
  class AFlow {

    private final FlowRow row =
        FlowRow.of(
            new FlowRegistered(
                id(), "Größe", "ada", List.of("a", "b"), List.of(), 1000L, null, W, null));

    @Test
    void isRendered() {
      assertThat(rendered(row::render))
          .isEqualTo(
              "{\"flow_id\": \"Gr\\u00f6\\u00dfe\", \"user_name\": \"ada\", \"ts_epoch\": 1000,"
                  + " \"tags\": [\"a\", \"b\"], \"system_tags\": []}");
    }

    @Test
    void isRenderedWithNulls() {
      FlowRow bare =
          FlowRow.of(new FlowRegistered(id(), "F", null, null, null, 1000L, null, W, null));

      assertThat(rendered(bare::render))
          .isEqualTo(
              "{\"flow_id\": \"F\", \"user_name\": null, \"ts_epoch\": 1000, \"tags\": null,"
                  + " \"system_tags\": null}");
    }

    @Test
    void remembers() {
      FlowRow read = new FlowRow(row.bytes());
      assertThat(read.creator()).isEqualTo(CREATOR);
      assertThat(read.tsEpoch()).isEqualTo(1000);
      assertThat(read.flowId()).isEqualTo("Größe");
    }
  }

  @Nested
  class ARun {

    private static final String OPEN =
        "{\"flow_id\": \"Gr\\u00f6\\u00dfe\", \"run_number\": 7, \"user_name\": \"ada\","
            + " \"ts_epoch\": 2000, \"tags\": [\"t\\\"1\", \"\\u00fc\"], \"system_tags\": [\"s1\"],"
            + " \"last_heartbeat_ts\": ";

    @Test
    void isRenderedAsRegistered() {
      assertThat(rendered(sink -> RUN.render(OptionalLong.of(61), sink))).isEqualTo(OPEN + "61}");
      assertThat(rendered(sink -> RUN.render(OptionalLong.empty(), sink)))
          .isEqualTo(OPEN + "null}");
    }

    @Test
    void isRenderedUnderItsName() {
      assertThat(rendered(sink -> NAMED_RUN.render(OptionalLong.of(61), sink)))
          .isEqualTo(OPEN.replace("\"run_number\": 7", "\"run_number\": \"argo-\\u00fc\"") + "61}");
    }

    @Test
    void isReadWithItsStatusWhereThatIsAsked() {
      assertThat(
              rendered(
                  sink ->
                      RUN.renderRead(
                          OptionalLong.of(61), Optional.of(RunStatus.FAILED), false, sink)))
          .isEqualTo(OPEN + "61, \"status\": \"failed\"}");
      assertThat(rendered(sink -> RUN.renderRead(OptionalLong.of(61), sink)))
          .isEqualTo(OPEN + "61}");
    }

    @Test
    void isReadWithItsNumberWhereThatIsAsked() {
      assertThat(
              rendered(
                  sink -> NAMED_RUN.renderRead(OptionalLong.of(61), Optional.empty(), true, sink)))
          .isEqualTo(
              OPEN.replace("\"run_number\": 7", "\"run_number\": \"argo-\\u00fc\"")
                  + "61, \"number\": 7}");
    }

    @Test
    void isReadWithTheUserThatASystemTagConfirms() {
      RunRow verified = run(null, "adä", "x", "user:adä");

      assertThat(
              rendered(
                  sink ->
                      verified.renderRead(
                          OptionalLong.of(61), Optional.of(RunStatus.RUNNING), false, sink)))
          .isEqualTo(
              "{\"flow_id\": \"Gr\\u00f6\\u00dfe\", \"run_number\": 7, \"user_name\":"
                  + " \"ad\\u00e4\", \"ts_epoch\": 2000, \"tags\": [\"t\\\"1\", \"\\u00fc\"],"
                  + " \"system_tags\": [\"x\", \"user:ad\\u00e4\"], \"last_heartbeat_ts\": 61,"
                  + " \"status\": \"running\", \"user\": \"ad\\u00e4\"}");
      assertThat(verified.verifiedUser()).isEqualTo(Optional.of("adä"));
      assertThat(run(null, "ada", "user:other").verifiedUser()).isEmpty();
      assertThat(run(null, null, "user:null").verifiedUser()).isEmpty();
    }

    @Test
    void isRenderedWithItsTagsAsTheyAreNow() {
      assertThat(rendered(sink -> RUN.withTags(List.of("new")).render(OptionalLong.of(61), sink)))
          .isEqualTo(OPEN.replace("[\"t\\\"1\", \"\\u00fc\"]", "[\"new\"]") + "61}");
    }

    @Test
    void remembers() {
      RunRow read = new RunRow(NAMED_RUN.bytes());
      assertThat(read.creator()).isEqualTo(CREATOR);
      assertThat(read.tsEpoch()).isEqualTo(2000);
      assertThat(read.number()).isEqualTo(7);
      assertThat(read.firstHeartbeat()).isEqualTo(OptionalLong.of(60));
      assertThat(read.flowId()).isEqualTo("Größe");
      assertThat(read.runId()).isEqualTo(Optional.of("argo-ü"));
      assertThat(read.userName()).isEqualTo(Optional.of("ada"));
      assertThat(read.tags()).isEqualTo(List.of("t\"1", "ü"));
      assertThat(read.systemTags()).isEqualTo(List.of("s1"));
      assertThat(read.tagsJson()).isEqualTo("[\"t\\\"1\", \"\\u00fc\"]");
      assertThat(read.systemTagsJson()).isEqualTo("[\"s1\"]");
    }

    @Test
    void remembersAllButTheTagsWhenTheyChange() {
      RunRow changed = run("argo-ü", "adä", "user:adä").withTags(List.of("", "ü"));

      assertThat(changed.tags()).isEqualTo(List.of("", "ü"));
      assertThat(changed.tagsJson()).isEqualTo("[\"\", \"\\u00fc\"]");
      assertThat(changed.withTags(List.of("t\"1", "ü")).bytes())
          .isEqualTo(run("argo-ü", "adä", "user:adä").bytes());
    }

    @Test
    void tellsNoUserFromAnEmptyOne() {
      assertThat(run(null, null).userName()).isEmpty();
      assertThat(run(null, "").userName()).isEqualTo(Optional.of(""));
    }

    @Test
    void thatIsUnseenHasTheTagsOfTheRequest() {
      RunRow unseen = RunRow.unseen("F", Identifier.parse("argo-x"), 7, List.of("t"), List.of("s"));

      assertThat(unseen.flowId()).isEqualTo("F");
      assertThat(unseen.runId()).isEqualTo(Optional.of("argo-x"));
      assertThat(unseen.tags()).isEqualTo(List.of("t"));
      assertThat(unseen.systemTags()).isEqualTo(List.of("s"));
      assertThat(RunRow.unseen("F", Identifier.parse("7"), 7, List.of(), List.of()).runId())
          .isEmpty();
    }
  }

  @Nested
  class AStep {

    private final StepRegistered event =
        new StepRegistered(
            id(), "Größe", 7L, "start", "ada", List.of("own"), null, 3000L, null, W, null);

    @Test
    void isRenderedWithTheTagsOfItsRunAndTheNumberAsAString() {
      StepRow row = StepRow.of(event, RUN);

      assertThat(rendered(sink -> row.render(UNTAGGED, sink)))
          .isEqualTo(
              "{\"flow_id\": \"Gr\\u00f6\\u00dfe\", \"run_number\": \"7\", \"step_name\": \"start\","
                  + " \"user_name\": \"ada\", \"ts_epoch\": 3000, \"tags\": [],"
                  + " \"system_tags\": [\"s1\"]}");
    }

    @Test
    void isRenderedUnderTheNameOfItsRun() {
      StepRow row = StepRow.of(event, NAMED_RUN);

      assertThat(rendered(sink -> row.render(NAMED_RUN, sink)))
          .isEqualTo(
              "{\"flow_id\": \"Gr\\u00f6\\u00dfe\", \"run_number\": \"argo-\\u00fc\","
                  + " \"step_name\": \"start\", \"user_name\": \"ada\", \"ts_epoch\": 3000,"
                  + " \"tags\": [\"t\\\"1\", \"\\u00fc\"], \"system_tags\": [\"s1\"]}");
    }

    @Test
    void remembers() {
      StepRow read = new StepRow(StepRow.of(event, RUN).bytes());
      assertThat(read.creator()).isEqualTo(CREATOR);
      assertThat(read.tsEpoch()).isEqualTo(3000);
      assertThat(read.stepName()).isEqualTo("start");
    }
  }

  @Nested
  class ATask {

    @Test
    void isRenderedWithTheTagsOfItsRun() {
      TaskRow row = TaskRow.of(task(null, null), RUN);

      assertThat(rendered(sink -> row.render(UNTAGGED, OptionalLong.of(61), sink)))
          .isEqualTo(
              "{\"flow_id\": \"Gr\\u00f6\\u00dfe\", \"run_number\": 7, \"step_name\": \"start\","
                  + " \"task_id\": 8, \"user_name\": null, \"ts_epoch\": 4000, \"tags\": [],"
                  + " \"system_tags\": [\"s1\"], \"last_heartbeat_ts\": 61}");
    }

    @Test
    void isRenderedUnderItsNameAndThatOfItsRun() {
      TaskRow row = TaskRow.of(task("t-ü", null), NAMED_RUN);

      assertThat(rendered(sink -> row.render(UNTAGGED, OptionalLong.empty(), sink)))
          .isEqualTo(
              "{\"flow_id\": \"Gr\\u00f6\\u00dfe\", \"run_number\": \"argo-\\u00fc\","
                  + " \"step_name\": \"start\", \"task_id\": \"t-\\u00fc\", \"user_name\": null,"
                  + " \"ts_epoch\": 4000, \"tags\": [], \"system_tags\": [\"s1\"],"
                  + " \"last_heartbeat_ts\": null}");
    }

    @Test
    void remembers() {
      TaskRow read = new TaskRow(TaskRow.of(task("t-ü", 62L), RUN).bytes());
      assertThat(read.creator()).isEqualTo(CREATOR);
      assertThat(read.tsEpoch()).isEqualTo(4000);
      assertThat(read.runNumber()).isEqualTo(7);
      assertThat(read.id()).isEqualTo(8);
      assertThat(read.stepName()).isEqualTo("start");
      assertThat(read.taskName()).isEqualTo(Optional.of("t-ü"));
      assertThat(read.firstHeartbeat()).isEqualTo(OptionalLong.of(62));
      assertThat(read.userName()).isEmpty();
      assertThat(read.path())
          .isEqualTo(
              "\"flow_id\": \"Gr\\u00f6\\u00dfe\", \"run_number\": 7, \"step_name\": \"start\","
                  + " \"task_id\": \"t-\\u00fc\"");

      TaskRow bare = new TaskRow(TaskRow.of(task(null, null), RUN).bytes());
      assertThat(bare.taskName()).isEmpty();
      assertThat(bare.firstHeartbeat()).isEmpty();
    }
  }

  @Nested
  class Metadata {

    @Test
    void isRenderedWithItsOwnTags() {
      MetadataEntry entry =
          new MetadataEntry(20L, "ü", "{\"a\": 1}", "json", "ada", List.of("attempt_id:0"), null);
      MetadataRecorded event =
          new MetadataRecorded(
              id(), "Größe", 7L, "start", 8L, List.of(entry), 5000L, null, W, null);
      MetadataBatch batch = MetadataBatch.of(event, TaskRow.of(task("t", null), RUN)).get(0);
      List<MetadataRow> rows = new ArrayList<>();
      assertThat(MetadataBatch.visit(batch.bytes(), Optional.empty(), rows::add)).isTrue();
      assertThat(rows).hasSize(1);
      MetadataRow row = rows.get(0);

      assertThat(rendered(row::render))
          .isEqualTo(
              "{\"id\": 20, \"flow_id\": \"Gr\\u00f6\\u00dfe\", \"run_number\": 7,"
                  + " \"step_name\": \"start\", \"task_id\": \"t\", \"field_name\": \"\\u00fc\","
                  + " \"value\": \"{\\\"a\\\": 1}\", \"type\": \"json\", \"user_name\": \"ada\","
                  + " \"ts_epoch\": 5000, \"tags\": [\"attempt_id:0\"], \"system_tags\": null}");
      assertThat(row.id()).isEqualTo(20);
      assertThat(row.tsEpoch()).isEqualTo(5000);
      assertThat(row.value()).isEqualTo("{\"a\": 1}");
      assertThat(row.isOf(Packed.utf8("ü"))).isTrue();
      assertThat(row.isOf(Packed.utf8("u"))).isFalse();
    }
  }

  @Nested
  class AnArtifact {

    private final ArtifactEntry entry =
        new ArtifactEntry(
            "grün", 1, "s3://x", "s3", "cafe", "artifact", "gzip", "ada", List.of("own"), null);
    private final ArtifactsRecorded event =
        new ArtifactsRecorded(id(), "Größe", 7L, "start", 8L, List.of(entry), 5000L, null, W, null);
    private final TaskRow task = TaskRow.of(task(null, null), RUN);

    private ArtifactRow only(ArtifactEntry recorded) {
      byte[] batch = ArtifactBatch.of(event, List.of(recorded), task, null).bytes();
      List<ArtifactRow> rows = new ArtifactBatch(batch).all();
      assertThat(rows).hasSize(1);
      return rows.get(0);
    }

    @Test
    void isRenderedWithTheTagsOfItsRun() {
      ArtifactRow row = only(entry);

      assertThat(rendered(sink -> row.render(UNTAGGED, sink)))
          .isEqualTo(
              "{\"flow_id\": \"Gr\\u00f6\\u00dfe\", \"run_number\": 7, \"step_name\": \"start\","
                  + " \"task_id\": 8, \"name\": \"gr\\u00fcn\", \"location\": \"s3://x\","
                  + " \"ds_type\": \"s3\", \"sha\": \"cafe\", \"type\": \"artifact\","
                  + " \"content_type\": \"gzip\", \"user_name\": \"ada\", \"attempt_id\": 1,"
                  + " \"ts_epoch\": 5000, \"tags\": [], \"system_tags\": [\"s1\"]}");
    }

    @Test
    void isRenderedWithNulls() {
      ArtifactEntry bare = new ArtifactEntry("x", 0, "", "", null, null, null, null, null, null);
      ArtifactRow row = only(bare);

      assertThat(rendered(sink -> row.render(UNTAGGED, sink)))
          .isEqualTo(
              "{\"flow_id\": \"Gr\\u00f6\\u00dfe\", \"run_number\": 7, \"step_name\": \"start\","
                  + " \"task_id\": 8, \"name\": \"x\", \"location\": \"\", \"ds_type\": \"\","
                  + " \"sha\": null, \"type\": null, \"content_type\": null, \"user_name\": null,"
                  + " \"attempt_id\": 0, \"ts_epoch\": 5000, \"tags\": [],"
                  + " \"system_tags\": [\"s1\"]}");
    }

    @Test
    void remembers() {
      ArtifactRow read = only(entry);
      assertThat(read.creator()).isEqualTo(CREATOR);
      assertThat(read.tsEpoch()).isEqualTo(5000);
      assertThat(read.taskId()).isEqualTo(8);
      assertThat(read.attempt()).isEqualTo(1);
      assertThat(read.name()).isEqualTo("grün");
    }
  }
}
