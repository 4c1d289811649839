package io.flowledger.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.bulk.entry.BulkLimits;
import io.flowledger.ingest.fixture.IngestServer;
import io.flowledger.ingest.fixture.IngestServer.Answer;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tags of a run are read and written as a whole, so they stay within bounds. */
final class ManyTagsTest {

  private IngestServer server;

  @BeforeEach
  void start(@TempDir Path directory) {
    server =
        new IngestServer(
            directory, new IngestConfig(Limits.DEFAULTS, BulkLimits.DEFAULTS, 2, "test/1"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String adding(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(tag -> "\"t" + tag + "\"")
        .collect(Collectors.joining(", ", "{\"tags_to_add\": [", "]}"));
  }

  @Test
  void aRunHasSoManyTagsHoweverOftenSomeAreAdded() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", "{\"tags\": [\"a\"], \"system_tags\": [\"s\"]}");
    String path = "/flows/F/runs/1/tag/mutate";
    Answer refusal =
        Answer.failure(
            413, "run F/1 would have more than 10000 tags, or more than 1048576 bytes of them");

    assertThat(server.patch(path, adding(0, 6_000)).status()).isEqualTo(200);
    assertThat(server.patch(path, adding(6_000, 4_000))).isEqualTo(refusal);
    assertThat(server.patch(path, adding(6_000, 3_999)).status()).isEqualTo(200);
    assertThat(server.patch(path, adding(0, 9_999)).status()).as("those it has").isEqualTo(200);
    assertThat(server.patch(path, "{\"tags_to_add\": [\"b\"]}")).isEqualTo(refusal);
    assertThat(
            server.patch(path, "{\"tags_to_add\": [\"b\"], \"tags_to_remove\": [\"a\"]}").status())
        .isEqualTo(200);
    assertThat(server.patch(path, adding(0, 10_001)))
        .isEqualTo(Answer.failure(413, "tags_to_add are more than 10000"));
    assertThat(server.log().events()).hasSize(6);
  }

  @Test
  void entriesOfOneBulkRequestCountTogether() {
    server.given("/flows/F", "{}");
    server.given("/flows/F/run", "{}");
    String line = "{\"type\": \"tags\", \"flow_id\": \"F\", \"run_number\": 1, ";

    Answer answer =
        server.post(
            "/events",
            line + adding(0, 6_000).substring(1) + "\n" + line + adding(6_000, 6_000).substring(1));

    assertThat(answer.body()).contains("would have more than 10000 tags");
    assertThat(server.log().events()).hasSize(3);
  }
}
