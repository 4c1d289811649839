package io.flowledger.ingest.metaflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.ingest.IngestConfig;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.bulk.entry.BulkLimits;
import io.flowledger.ingest.fixture.IngestNodes;
import io.flowledger.ingest.fixture.IngestServer.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A write that finds the view of its flow gone, before it has done anything, is not refused. */
final class MovingFlowTest {

  private static final int HERE = 0;
  private static final int THERE = 1;

  private IngestNodes nodes;
  private int partition;

  @BeforeEach
  void start(@TempDir Path directory) {
    nodes =
        new IngestNodes(
            directory,
            new IngestConfig(Limits.DEFAULTS, BulkLimits.of(1000, 1 << 20), 240, "test/1"),
            2,
            Duration.ofSeconds(10));
    partition = nodes.partitionOf("F");
    nodes.owners(any -> THERE); // so that nothing of it is remembered here
    given("/flows/F");
    given("/flows/F/run");
    given("/flows/F/runs/1/steps/start/step");
    given("/flows/F/runs/1/steps/start/task");
  }

  private void given(String path) {
    assertThat(nodes.node(THERE).send("POST", path, "{}").join().status()).isEqualTo(200);
  }

  @AfterEach
  void stop() {
    nodes.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '`',
      value = {
        "POST /flows/F/run {}",
        "POST /flows/F/runs/1/steps/end/step {}",
        "POST /flows/F/runs/1/steps/start/task {}",
        "POST /flows/F/runs/1/steps/start/tasks/1/metadata [{\"field_name\":\"f\",\"value\":\"v\"}]",
        "POST /flows/F/runs/1/steps/start/tasks/1/artifact [{\"name\":\"x\"}]",
        "POST /flows/F/runs/1/heartbeat {}",
        "POST /flows/F/runs/1/steps/start/tasks/1/heartbeat {}",
        "PATCH /flows/F/runs/1/tag/mutate {\"tags_to_add\":[\"t\"]}",
      })
  void itIsPutToTheNextOwner(String method, String path, String body) {
    nodes.node(HERE).losesOnceAsked(partition);
    CompletableFuture<Answer> answer = nodes.node(HERE).send(method, path, body);
    CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS)
        .execute(() -> nodes.node(HERE).believes(partition, THERE));

    assertThat(answer.join().status()).as(answer.join().body()).isEqualTo(200);
  }
}
