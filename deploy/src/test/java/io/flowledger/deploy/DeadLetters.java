package io.flowledger.deploy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the dead letters of a server that is not running. */
public final class DeadLetters {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private DeadLetters() {}

  /** All of them, as {@code topic-partition: reason}; waits until there are so many at least. */
  public static List<String> read(Path kafkaFolder, String topic, int atLeast) {
    List<String> letters = new ArrayList<>();
    try (EmbeddedKafka kafka = EmbeddedKafka.start(kafkaFolder, 0);
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                Map.of(
                    "bootstrap.servers", kafka.bootstrapServers(), "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long deadline = System.nanoTime() + LIMIT.toNanos();
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while ((letters.size() < atLeast || consumer.position(partition) < end)
          && System.nanoTime() < deadline) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          Headers headers = record.headers();
          letters.add(
              "%s-%s: %s"
                  .formatted(
                      text(headers, "flowledger.source.topic"),
                      text(headers, "flowledger.source.partition"),
                      text(headers, "flowledger.reason")));
        }
      }
    }
    return letters;
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
