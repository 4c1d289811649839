package io.flowledger.deploy.cli.migrate.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EventLinesTest {

  private static final TaskPath PATH = new TaskPath("F", 5, "start", 9);

  private final EventLines events = new EventLines("migrate/1");

  private static String line(String type, String id, String rest) {
    return "{\"type\": \"%s\", \"event\": {\"event_id\": \"%s\", %s, \"origin\": null, \"written_by\": \"migrate/1\"}}"
        .formatted(type, id, rest);
  }

  private static Run run(List<String> tags, @Nullable Long heartbeat) {
    return new Run("F", 5, "argo-x", "ada", 1_700_000_000_123L, tags, List.of("s"), heartbeat);
  }

  @Test
  void aFlow() {
    assertThat(events.flow(new Flow("F", null, 1_700_000_000_000L, null, List.of("ä"))))
        .isEqualTo(
            line(
                "FlowRegistered",
                "018bcfe5680009b3207a7ba807d71dd6",
                "\"flow_id\": \"F\", \"user_name\": null, \"tags\": null, \"system_tags\": [\"\\u00e4\"], \"ts_epoch\": 1700000000000"));
  }

  @Test
  void aRunWhoseTagsAndHeartbeatMayChangeIsTheSameEvent() {
    String before = events.run(run(List.of("a"), 1_700_000_000L));
    String after = events.run(run(List.of("b"), 1_700_000_900L));
    assertThat(before)
        .isEqualTo(
            line(
                "RunRegistered",
                "018bcfe5687b72e521e17c0ed03ca363",
                "\"flow_id\": \"F\", \"run_number\": 5, \"run_id\": \"argo-x\", \"user_name\": \"ada\", \"tags\": [\"a\"], \"system_tags\": [\"s\"], \"heartbeat_ts\": 1700000000, \"ts_epoch\": 1700000000123"));
    assertThat(after.substring(0, 80)).isEqualTo(before.substring(0, 80));
  }

  @Test
  void theLastHeartbeatOfARunIsALineOfItsOwnWhereItIsAnotherThanTheFirst() {
    assertThat(events.heartbeat(run(List.of(), null))).isEmpty();
    assertThat(events.heartbeat(run(List.of(), 1_700_000_000L))).isEmpty();
    assertThat(events.heartbeat(run(List.of(), 1_700_000_900L)))
        .hasValue(
            "{\"type\": \"Heartbeat\", \"event\": {\"flow_id\": \"F\", \"run_number\": 5, \"task_id\": null, \"ts_epoch\": 1700000900000}}");
  }

  @Test
  void aTaskBeatsForItself() {
    Task task = new Task(PATH, "t-1", null, 1000, List.of(), null, 77L);
    assertThat(events.task(task))
        .isEqualTo(
            line(
                "TaskRegistered",
                "0000000003e8ba0697de9a39dcc6749b",
                "\"flow_id\": \"F\", \"run_number\": 5, \"step_name\": \"start\", \"task_id\": 9, \"task_name\": \"t-1\", \"user_name\": null, \"tags\": [], \"system_tags\": null, \"heartbeat_ts\": null, \"ts_epoch\": 1000"));
    assertThat(events.heartbeat(task))
        .hasValue(
            "{\"type\": \"Heartbeat\", \"event\": {\"flow_id\": \"F\", \"run_number\": 5, \"task_id\": 9, \"ts_epoch\": 77000}}");
  }

  private static Metadata metadata(long id, String value, long tsEpoch) {
    return new Metadata(id, "f", value, "t", "ada", tsEpoch, List.of("attempt_id:0"), null);
  }

  @Test
  void metadataOfTheSameTimeIsOneEvent() {
    String entry =
        "{\"id\": %d, \"field_name\": \"f\", \"value\": \"%s\", \"type\": \"t\", \"user_name\": \"ada\", \"tags\": [\"attempt_id:0\"], \"system_tags\": null}";
    List<String> lines =
        events.metadata(
            PATH, List.of(metadata(1, "a", 1000), metadata(2, "b", 1000), metadata(3, "c", 1001)));
    assertThat(lines)
        .containsExactly(
            line(
                "MetadataRecorded",
                "0000000003e8ca22d3a5480653d55305",
                "\"flow_id\": \"F\", \"run_number\": 5, \"step_name\": \"start\", \"task_id\": 9, \"entries\": ["
                    + entry.formatted(1, "a")
                    + ", "
                    + entry.formatted(2, "b")
                    + "], \"ts_epoch\": 1000"),
            line(
                "MetadataRecorded",
                "0000000003e9a00981cae3056d3fe5f8",
                "\"flow_id\": \"F\", \"run_number\": 5, \"step_name\": \"start\", \"task_id\": 9, \"entries\": ["
                    + entry.formatted(3, "c")
                    + "], \"ts_epoch\": 1001"));
  }

  @Test
  void anArtifact() {
    Artifact artifact =
        new Artifact("x", 1, "s3://b/5d", "s3", "5d", "t", null, "ada", 1000, null, List.of());
    assertThat(events.artifacts(PATH, List.of(artifact)))
        .containsExactly(
            line(
                "ArtifactsRecorded",
                "0000000003e8110b141a01e5f42d761f",
                "\"flow_id\": \"F\", \"run_number\": 5, \"step_name\": \"start\", \"task_id\": 9, \"entries\": [{\"name\": \"x\", \"attempt_id\": 1, \"location\": \"s3://b/5d\", \"ds_type\": \"s3\", \"sha\": \"5d\", \"type\": \"t\", \"content_type\": null, \"user_name\": \"ada\", \"tags\": null, \"system_tags\": []}], \"ts_epoch\": 1000"));
  }

  @Test
  void numbersThatAreInventedAreTheSameEachTimeAndBeyondAllSequences() {
    assertThat(InventedNumbers.of("F", "argo-x"))
        .isEqualTo(InventedNumbers.of("F", "argo-x"))
        .isBetween(1L << 52, (1L << 53) - 1);
    long first = InventedNumbers.ofTask("F", "1700000000000000", 1);
    assertThat(InventedNumbers.ofTask("F", "1700000000000000", 7)).isEqualTo(first + 6);
  }
}
