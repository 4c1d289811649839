package io.flowledger.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.Heartbeat;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.projector.fixture.MemoryRegistry;
import io.flowledger.schemas.Position;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.topic.Topics;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class HeartbeatWritesTest {

  private final Topics topics = LocalReadModel.topics(1);
  private final EventSerde serde = MemoryRegistry.serde(topics);
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final HeartbeatWrites heartbeats =
      new HeartbeatWrites(new EventLog(producer, serde, topics, flowId -> 0));

  private Future<Position> beatRun(long epochMillis) {
    return Future.fromCompletionStage(heartbeats.beat("F", 1, Optional.empty(), epochMillis));
  }

  private Future<Position> beatTask(long task, long epochMillis) {
    return Future.fromCompletionStage(heartbeats.beat("F", 1, Optional.of(task), epochMillis));
  }

  private List<SpecificRecord> sent() {
    return producer.history().stream()
        .map(record -> ((EventSerde.Decoded.Known) serde.deserialize(record.value())).event())
        .toList();
  }

  @Test
  void aBeatIsARecordOfItsObject() {
    Future<Position> ofRun = beatRun(5_000);
    Future<Position> ofTask = beatTask(7, 6_000);
    producer.completeNext();
    producer.completeNext();

    assertThat(sent())
        .containsExactly(new Heartbeat("F", 1L, null, 5_000L), new Heartbeat("F", 1L, 7L, 6_000L));
    assertThat(ofRun.result()).isEqualTo(Position.heartbeat(0, 0));
    assertThat(ofTask.result()).isEqualTo(Position.heartbeat(0, 1));
  }

  @Test
  void beatsOfOneSecondAreOneRecord() {
    Future<Position> first = beatRun(5_000);
    Future<Position> before = beatRun(5_001);
    producer.completeNext();
    Future<Position> after = beatRun(5_999);

    assertThat(sent()).containsExactly(new Heartbeat("F", 1L, null, 5_000L));
    assertThat(first.result()).isEqualTo(Position.heartbeat(0, 0));
    assertThat(before.result()).isEqualTo(Position.heartbeat(0, 0));
    assertThat(after.result()).isEqualTo(Position.heartbeat(0, 0));
  }

  @Test
  void theNextSecondIsAnotherRecord() {
    beatRun(5_999);
    beatRun(6_000);

    assertThat(sent())
        .containsExactly(
            new Heartbeat("F", 1L, null, 5_999L), new Heartbeat("F", 1L, null, 6_000L));
  }

  @Test
  void everyObjectHasBeatsOfItsOwn() {
    beatRun(5_000);
    beatTask(1, 5_000);
    beatTask(2, 5_000);
    heartbeats.beat("F", 2, Optional.empty(), 5_000);

    assertThat(sent())
        .containsExactly(
            new Heartbeat("F", 1L, null, 5_000L),
            new Heartbeat("F", 1L, 1L, 5_000L),
            new Heartbeat("F", 1L, 2L, 5_000L),
            new Heartbeat("F", 2L, null, 5_000L));
  }

  @Test
  void aFailureIsToldToAllOfTheSecondAndTheNextBeatIsTriedAgain() {
    Future<Position> first = beatRun(5_000);
    Future<Position> second = beatRun(5_100);
    producer.errorNext(new TimeoutException("no answer"));
    assertThat(first.cause()).hasMessage("no answer");
    assertThat(second.cause()).hasMessage("no answer");

    Future<Position> third = beatRun(5_200);
    producer.completeNext();

    assertThat(sent())
        .containsExactly(
            new Heartbeat("F", 1L, null, 5_000L), new Heartbeat("F", 1L, null, 5_200L));
    assertThat(third.succeeded()).isTrue();
  }
}
