package io.flowledger.projector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.log.LogContradictionException;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

class PassingFaultsTest {

  private static List<Throwable> passing() {
    return List.of(
        new TimeoutException("60000 ms"),
        new DisconnectException(),
        new KafkaStorageException("the disk of a broker"),
        new FencedInstanceIdException("the coordinator was late, or another has the name"),
        new IOException("write: No space left on device"),
        new RocksDBException(
            "While appending", new Status(Status.Code.IOError, Status.SubCode.NoSpace, "")),
        new RocksDBException("busy", new Status(Status.Code.Busy, Status.SubCode.None, "")));
  }

  private static List<Throwable> lasting() {
    return List.of(
        new NullPointerException(),
        new IllegalStateException("no such schema"),
        new RecordTooLargeException("a dead letter"),
        new TopicAuthorizationException("flowledger.events"),
        new LogContradictionException("records were deleted"),
        new IOException("Permission denied"),
        new RocksDBException(
            "block checksum mismatch", new Status(Status.Code.Corruption, Status.SubCode.None, "")),
        new OutOfMemoryError(),
        new NoClassDefFoundError());
  }

  @ParameterizedTest
  @MethodSource("passing")
  void whatMayPassIsWaitedForHoweverItIsWrapped(Throwable fault) {
    assertThat(PassingFaults.mayPass(fault)).isTrue();
    assertThat(
            PassingFaults.mayPass(
                new StreamsException(new ProcessorStateException("write", fault))))
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("lasting")
  void anyOtherIsNot(Throwable fault) {
    assertThat(PassingFaults.mayPass(fault)).isFalse();
    assertThat(
            PassingFaults.mayPass(
                new StreamsException(new ProcessorStateException("write", fault))))
        .isFalse();
  }

  @Test
  void anExplanationIsForPeople() {
    assertThat(
            PassingFaults.explanation(
                new StreamsException("task 0_2", new IOException("No space left on device"))))
        .isEqualTo("the disk is full or busy");
    assertThat(PassingFaults.explanation(new StreamsException(new DisconnectException())))
        .isEqualTo("no broker has answered in time");
    assertThat(
            PassingFaults.explanation(new StreamsException(new FencedInstanceIdException("n-1"))))
        .isEqualTo("the group has another member under the name of this one");
  }
}
