package io.flowledger.projector.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class RecordTimeTest {

  private static long extracted(long timestamp) {
    return new RecordTime()
        .extract(
            new ConsumerRecord<>(
                "events",
                0,
                7,
                timestamp,
                TimestampType.CREATE_TIME,
                1,
                1,
                new byte[] {1},
                new byte[] {1},
                new RecordHeaders(),
                Optional.empty()),
            1_700_000_000_000L);
  }

  @Test
  void isThatOfTheRecord() {
    assertThat(extracted(1_600_000_000_000L)).isEqualTo(1_600_000_000_000L);
  }

  @Test
  void isNeverNegative() {
    assertThat(extracted(-1)).isZero();
    assertThat(extracted(Long.MIN_VALUE)).isZero();
  }
}
