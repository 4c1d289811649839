package io.flowledger.ingest.metaflow;

import static io.flowledger.ingest.fixture.MemoryLog.written;
import static io.flowledger.projector.fixture.QuotedJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.ingest.fixture.IngestServer.Answer;
import io.flowledger.projector.fixture.Events;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tags of runs are added and removed. */
final class TagRoutesTest extends IngestTest {

  @Test
  void changesTagsOfARunRemovingFirst() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", json("{'tags': ['a', 'b'], 'system_tags': ['sys']}"));

    assertThat(
            server.patch(
                "/flows/F/runs/1/tag/mutate",
                json("{'tags_to_add': ['c', 'sys', 'a'], 'tags_to_remove': ['a', 'none']}")))
        .isEqualTo(Answer.success("0@2", "{\"tags\": [\"b\", \"c\", \"a\"]}"));
    assertThat(lastEvent())
        .isEqualTo(written(Events.tags("F", 1, List.of("a", "none"), List.of("c", "sys", "a"))));
  }

  @Test
  void refusesToRemoveSystemTags() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", json("{'tags': ['a'], 'system_tags': ['s', 't']}"));

    assertThat(
            server.patch(
                "/flows/F/runs/1/tag/mutate",
                json("{'tags_to_remove': ['t', 'a', 's', 't'], 'tags_to_add': ['b']}")))
        .isEqualTo(failure(422, "cannot remove system tags of run F/1: [t, s]"));
    assertThat(events()).isEqualTo(2);
  }
}
