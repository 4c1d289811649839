package io.flowledger.projector;

import io.flowledger.projector.fixture.FakeLog;
import io.flowledger.projector.streams.KeylessRecords;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/** What Kafka Streams makes of the records of a poll before it restores a store from them. */
final class StreamsRestore {

  private StreamsRestore() {}

  /** Through the interceptor, and without those that have no key. */
  static List<ConsumerRecord<byte[], byte[]>> of(List<ConsumerRecord<byte[], byte[]>> records) {
    return new KeylessRecords()
            .onConsume(new ConsumerRecords<>(Map.of(FakeLog.PARTITION, records), Map.of()))
            .records(FakeLog.PARTITION)
            .stream()
            .filter(record -> record.key() != null)
            .toList();
  }
}
