package io.flowledger.ingest.numbers;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.ingest.fixture.MemoryLog;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.ingest.numbers.Sequences.Name;
import io.flowledger.projector.fixture.EventBuilder;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.projector.fixture.MemoryRegistry;
import io.flowledger.schemas.EventNumbers;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.topic.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The claims are lost, and events are there. */
final class UsedNumbersTest {

  private final Topics topics = LocalReadModel.topics(1);
  private final EventSerde serde = MemoryRegistry.serde(topics);
  private final TopicPartition partition = new TopicPartition(topics.events(), 0);
  private LocalReadModel views;
  private Sequences sequences;

  @BeforeEach
  void open(@TempDir Path directory) {
    views = new LocalReadModel(directory, 1, serde);
    MemoryLog log = new MemoryLog(topics, serde, views);
    sequences =
        new Sequences(
            log.ids(), topics.ids(), new EventLog(log, serde, topics, flowId -> 0), serde, "t/1");
  }

  @AfterEach
  void close() {
    sequences.close();
    views.close();
  }

  private void claimThoseOf(List<byte[]> events) {
    try (MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none")) {
      consumer.updateBeginningOffsets(Map.of(partition, 0L));
      consumer.updateEndOffsets(Map.of(partition, (long) events.size()));
      consumer.schedulePollTask(
          () -> {
            for (int i = 0; i < events.size(); i++) {
              consumer.addRecord(
                  new ConsumerRecord<>(topics.events(), 0, i, new byte[0], events.get(i)));
            }
          });
      UsedNumbers.claim(sequences, consumer, topics.events(), 1, serde);
    }
  }

  private byte[] bytes(EventBuilder<?> event) {
    return serde.serialize(event.event());
  }

  private long next(Name name) {
    CompletableFuture<Long> taken = new CompletableFuture<>();
    sequences.take(
        name,
        1,
        new Sequence.Taker() {
          @Override
          public void numbers(long[] numbers) {
            taken.complete(numbers[0]);
          }

          @Override
          public void failed(Exception cause) {
            taken.completeExceptionally(cause);
          }
        });
    return taken.join();
  }

  @Test
  void noNumberOfAnEventIsGivenAgain() {
    List<byte[]> events = new ArrayList<>();
    events.add(bytes(Events.run("Kept", 41)));
    events.add(bytes(Events.run("Kept", 7)));
    events.add(bytes(Events.task("Kept", 7, "start", 80)));
    events.add(new byte[] {1, 2, 3}); // no event
    claimThoseOf(events);

    assertThat(List.of(next(Name.RUNS), next(Name.TASKS), next(Name.METADATA)))
        .containsExactly(42L, 81L, 1L);
  }

  @Test
  void aNumberOutOfAllProportionUsesUpNothing() {
    claimThoseOf(List.of(bytes(Events.run("Far", EventNumbers.GREATEST))));
    assertThat(next(Name.RUNS)).isEqualTo(1);
  }

  @Test
  void whatIsClaimedAlreadyIsNotClaimedAgain() {
    sequences.reserve(Name.RUNS, 50);
    claimThoseOf(List.of(bytes(Events.run("Kept", 41))));
    assertThat(next(Name.RUNS)).isEqualTo(51);
  }
}
