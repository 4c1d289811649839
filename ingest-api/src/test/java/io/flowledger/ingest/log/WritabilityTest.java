package io.flowledger.ingest.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class WritabilityTest {

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);
  private final Writability log = new Writability(nanos::get);

  private void after(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void aFailureIsTroubleUntilASuccessThatNoFailureIsNearTo() {
    assertThat(log.reason()).isEmpty();
    log.failed(new TimeoutException());
    assertThat(log.reason()).contains("the log cannot be written: no broker has answered in time");
    log.appended(); // another partition
    log.failed(new NotEnoughReplicasException());
    assertThat(log.reason()).contains("the log cannot be written: no broker has answered in time");
    after(Duration.ofMillis(4999));
    log.appended();
    assertThat(log.reason()).isPresent();
    after(Duration.ofMillis(1));
    log.appended();
    assertThat(log.reason()).isEmpty();
    assertThat(log.failures()).isEqualTo(2);
  }

  @Test
  void appendsAreTriedWhateverHasFailedButNotWhileTheyAreRefused() {
    log.failed(new KafkaStorageException());
    assertThat(log.refusal()).isEmpty();
    log.refuse("the disk is full");
    assertThat(log.refusal()).contains("the disk is full");
    assertThat(log.reason()).contains("the disk is full");
    log.admit();
    assertThat(log.refusal()).isEmpty();
    assertThat(log.reason())
        .contains("the log cannot be written: a broker cannot write to its disk");
  }

  @Test
  void whatHasEndedDoesNotBeginAgain() {
    log.refuse("the disk is full");
    log.end("the embedded Kafka has failed");
    log.admit();
    log.reachable();
    log.appended();
    assertThat(log.refusal()).contains("the embedded Kafka has failed");
    assertThat(log.reason()).contains("the embedded Kafka has failed");
  }

  @Test
  void aRecordThatIsTooLargeAndTooManyOfThemAreNoTroubleOfTheLog() {
    log.failed(new RecordTooLargeException());
    log.failed(new BufferExhaustedException("full"));
    assertThat(log.reason()).isEmpty();
    assertThat(log.failures()).isEqualTo(2);
  }

  @Test
  void clientsAreToldWhy() {
    RefusedException refused =
        AppendFailure.refusal(new WritesRefusedException("the disk is full"));
    assertThat(refused.reason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(refused).hasMessage("the disk is full, try again later");
    assertThat(AppendFailure.refusal(new NotEnoughReplicasException()))
        .hasMessage("the log cannot be written now (too few replicas are in sync), try again");
    assertThat(AppendFailure.refusal(new RecordTooLargeException()).reason())
        .isEqualTo(Reason.TOO_LARGE);
  }
}
