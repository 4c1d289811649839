package io.flowledger.ingest.numbers;

import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.EventNumbers;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.serde.Framing;
import io.flowledger.schemas.topic.ByteConsumers;
import io.flowledger.schemas.topic.PartitionReader;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The numbers that events in the log have. Where claims may have been lost, the sequences have to
 * move past them, so that none is given twice. Numbers out of all proportion are left where they
 * are, as ever.
 */
public final class UsedNumbers {

  private final Sequences sequences;
  private final Map<Sequences.Name, Long> greatest = new EnumMap<>(Sequences.Name.class);

  private UsedNumbers(Sequences sequences) {
    this.sequences = sequences;
  }

  /**
   * Reads all events, and claims what they have used. Blocks.
   *
   * @param clients settings of all Kafka clients: bootstrap servers, security
   * @param topic of the events
   */
  public static void claim(
      Sequences sequences,
      Map<String, Object> clients,
      String topic,
      int partitions,
      EventSerde serde) {
    try (Consumer<byte[], byte[]> consumer = ByteConsumers.create(clients, Map.of())) {
      claim(sequences, consumer, topic, partitions, serde);
    }
  }

  static void claim(
      Sequences sequences,
      Consumer<byte[], byte[]> consumer,
      String topic,
      int partitions,
      EventSerde serde) {
    UsedNumbers used = new UsedNumbers(sequences);
    IntStream.range(0, partitions)
        .mapToObj(partition -> new TopicPartition(topic, partition))
        .forEach(
            partition -> {
              consumer.assign(List.of(partition));
              consumer.seekToBeginning(List.of(partition));
              PartitionReader.readToEnd(consumer, partition, record -> used.add(record, serde));
            });
    used.greatest.forEach(sequences::reserve);
  }

  private void add(ConsumerRecord<byte[], byte[]> record, EventSerde serde) {
    byte[] value = Framing.framed(record.headers(), record.value());
    if (value != null && serde.deserialize(value) instanceof EventSerde.Decoded.Known known) {
      Envelope.of(known.event()).ifPresent(envelope -> add(known.event(), envelope));
    }
  }

  private void add(SpecificRecord event, Envelope envelope) {
    EventNumbers.visit(
        event,
        envelope,
        new EventNumbers.Visitor() {
          @Override
          public void run(long number) {
            use(Sequences.Name.RUNS, number);
          }

          @Override
          public void task(long number) {
            use(Sequences.Name.TASKS, number);
          }

          @Override
          public void metadata(long number) {
            use(Sequences.Name.METADATA, number);
          }
        });
  }

  private void use(Sequences.Name name, long number) {
    if (!sequences.claimed(name).isOutOfReach(number)) {
      greatest.merge(name, number, Math::max);
    }
  }
}
