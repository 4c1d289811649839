package io.flowledger.ingest.metaflow;

import static io.flowledger.ingest.fixture.MemoryLog.written;
import static io.flowledger.projector.fixture.QuotedJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.MetadataEntry;
import io.flowledger.ingest.fixture.IngestServer;
import io.flowledger.ingest.fixture.IngestServer.Answer;
import io.flowledger.projector.fixture.Events;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Metadata and artifacts of tasks are recorded, and counted. */
final class RecordRoutesTest extends IngestTest {

  private static final String METADATA = "/flows/F/runs/1/steps/start/tasks/1/metadata";
  private static final String ARTIFACT = "/flows/F/runs/1/steps/start/tasks/1/artifact";

  @Test
  void recordsMetadata() {
    server.givenATask();

    assertThat(
            server.post(
                METADATA,
                """
                [{"field_name": "attempt", "value": "0", "type": "attempt", "user_name": "bob",
                  "tags": ["attempt_id:0"], "system_tags": []},
                 {"value": ["items=0"]}]
                """))
        .isEqualTo(Answer.success("0@4", "{\"metadata_created\": 2}"));
    assertThat(lastEvent())
        .isEqualTo(
            written(
                Events.metadata(
                    "F",
                    1,
                    "start",
                    1,
                    new MetadataEntry(
                        1L, "attempt", "0", "attempt", "bob", List.of("attempt_id:0"), List.of()),
                    new MetadataEntry(2L, " ", "{items=0}", " ", null, null, null))));
  }

  @Test
  void recordsArtifactsAndCountsThoseThatAreNew() {
    server.givenATask();

    assertThat(server.post(ARTIFACT, json("[{'name': 'x'}, {'name': 'y', 'attempt_id': 1}]")))
        .isEqualTo(Answer.success("0@4", "{\"artifacts_created\": 2}"));
    assertThat(lastEvent())
        .isEqualTo(
            written(
                Events.artifacts(
                    "F",
                    1,
                    "start",
                    1,
                    new ArtifactEntry("x", 0, " ", " ", " ", " ", " ", " ", null, null),
                    new ArtifactEntry("y", 1, " ", " ", " ", " ", " ", " ", null, null))));
    assertThat(server.post(ARTIFACT, json("[{'name': 'x'}, {'name': 'x', 'attempt_id': 1}, {}]")))
        .isEqualTo(Answer.success("0@5", "{\"artifacts_created\": 2}"));
  }

  @Test
  void anArtifactThatIsTwiceInARequestCountsOnce() {
    server.givenATask();

    assertThat(server.post(ARTIFACT, json("[{'name': 'x'}, {'name': 'x'}, {'name': 'x'}]")))
        .isEqualTo(Answer.success("0@4", "{\"artifacts_created\": 1}"));
  }

  @Test
  void anEmptyListIsNoEvent() {
    server.givenATask();

    assertThat(server.post(METADATA, "[]"))
        .isEqualTo(new Answer(200, IngestServer.TEXT, "", "{\"metadata_created\": 0}"));
    assertThat(server.post(ARTIFACT, "[]"))
        .isEqualTo(new Answer(200, IngestServer.TEXT, "", "{\"artifacts_created\": 0}"));
    assertThat(events()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({
    "F/runs/1/steps/start/tasks/2",
    "F/runs/1/steps/start/tasks/t-1",
    "F/runs/1/steps/end/tasks/1",
    "F/runs/2/steps/start/tasks/1",
    "F/runs/argo/steps/start/tasks/1",
    "G/runs/1/steps/start/tasks/1",
    "F/runs/99999999999999999999/steps/start/tasks/1"
  })
  void recordsNothingForWhatIsNoTask(String task) {
    server.givenATask();
    Answer unknown = failure(400, "need to register run_id and task_id first");

    assertThat(server.post("/flows/" + task + "/metadata", "[{}]")).isEqualTo(unknown);
    assertThat(server.post("/flows/" + task + "/artifact", "[{}]")).isEqualTo(unknown);
    assertThat(server.post("/flows/" + task + "/metadata", "[]")).isEqualTo(unknown);
    assertThat(events()).isEqualTo(4);
  }

  @Test
  void oneBadEntryLeavesNothingBehind() {
    server.givenATask();

    assertThat(server.post(METADATA, json("[{}, {'value': null}]")))
        .isEqualTo(failure(400, "entry 1: value must be a string, a number, a boolean or a list"));
    assertThat(server.post(ARTIFACT, json("[{}, {'attempt_id': 'x'}]")))
        .isEqualTo(failure(400, "entry 1: attempt_id must be an integer of 32 bits, not 'x'"));
    assertThat(events()).isEqualTo(4);
  }

  @Test
  void refusesMoreEntriesThanAreAllowed() {
    server.givenATask();

    assertThat(server.post(METADATA, "[{}, {}, {}, {}]"))
        .isEqualTo(failure(413, "the body has more than 3 entries"));
  }
}
