package io.flowledger.schemas.topic;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PartitionReaderTest {

  private static final TopicPartition PARTITION = new TopicPartition("topic", 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final List<String> visited = new ArrayList<>();

  @BeforeEach
  void assign() {
    consumer.assign(List.of(PARTITION));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
  }

  private void holds(int offset, String value) {
    consumer.addRecord(
        new ConsumerRecord<>(
            PARTITION.topic(), 0, offset, new byte[] {1}, value.getBytes(US_ASCII)));
  }

  private void visit(ConsumerRecord<byte[], byte[]> record) {
    visited.add(record.offset() + ": " + new String(record.value(), US_ASCII));
  }

  @Test
  void readsToTheEndAsItIsAtTheBeginning() {
    consumer.updateEndOffsets(Map.of(PARTITION, 2L));
    holds(0, "a");
    consumer.schedulePollTask(() -> holds(1, "b"));
    consumer.schedulePollTask(() -> holds(2, "later"));

    PartitionReader.readToEnd(consumer, PARTITION, this::visit);

    assertThat(visited).containsExactly("0: a", "1: b");
  }

  @Test
  void readsOnFromWhereTheConsumerStands() {
    holds(0, "a");
    holds(1, "b");
    consumer.seek(PARTITION, 1);

    PartitionReader.readTo(consumer, PARTITION, 2, this::visit);

    assertThat(visited).containsExactly("1: b");
  }

  @Test
  void asksForNothingWhereThereIsNothing() {
    consumer.updateEndOffsets(Map.of(PARTITION, 0L));
    consumer.schedulePollTask(
        () -> {
          throw new AssertionError("polled");
        });

    PartitionReader.readToEnd(consumer, PARTITION, this::visit);

    assertThat(visited).isEmpty();
  }

  @Test
  void givesUpWhenNothingComes() {
    holds(0, "a");

    assertThatThrownBy(
            () -> PartitionReader.readTo(consumer, PARTITION, 5, Duration.ZERO, this::visit))
        .isInstanceOf(PartitionReader.UnreadableException.class)
        .hasMessage("cannot read topic-0: at offset 1 of 5, and nothing has come for 0 s");
    assertThat(visited).containsExactly("0: a");
  }
}
