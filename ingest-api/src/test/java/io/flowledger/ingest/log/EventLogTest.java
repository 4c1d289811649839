package io.flowledger.ingest.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.FlowRegistered;
import io.flowledger.event.Heartbeat;
import io.flowledger.event.IdsClaimed;
import io.flowledger.http.trace.RequestTrace;
import io.flowledger.http.trace.TraceParent;
import io.flowledger.ingest.fixture.MemoryLog;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.projector.fixture.MemoryRegistry;
import io.flowledger.schemas.EventIds;
import io.flowledger.schemas.Position;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class EventLogTest {

  private static final FlowRegistered EVENT = Events.flow("F").by("alice").at(1).event();

  private final Topics topics = LocalReadModel.topics(6);
  private final EventSerde serde = MemoryRegistry.serde(topics);
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(
          MemoryLog.cluster(topics),
          false,
          null,
          new ByteArraySerializer(),
          new ByteArraySerializer());
  private final EventLog log = new EventLog(producer, serde, topics, flowId -> flowId.length());
  private final Outcome outcome = new Outcome();

  private static final class Outcome implements EventLog.Acknowledgement {
    private final List<String> told = new ArrayList<>();

    @Override
    public void appended(Position position) {
      told.add(position.toString());
    }

    @Override
    public void failed(Exception cause) {
      told.add(String.valueOf(cause.getMessage()));
    }
  }

  private ProducerRecord<byte[], byte[]> sent() {
    assertThat(producer.history()).hasSize(1);
    return producer.history().get(0);
  }

  @Test
  void anEventGoesToThePartitionOfItsFlowUnderTheFlowId() {
    log.append("Fl\u00f6w", EVENT, outcome);

    assertThat(sent().topic()).isEqualTo("flowledger.events");
    assertThat(sent().partition()).isEqualTo(4);
    assertThat(sent().key()).isEqualTo("Fl\u00f6w".getBytes(UTF_8));
    assertThat(serde.deserialize(sent().value())).isEqualTo(new EventSerde.Decoded.Known(EVENT));
  }

  @Test
  void theRecordOfAnEventNamesTheSpanOfItsRequest() {
    TraceParent span =
        new TraceParent("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true);
    RequestTrace trace = RequestTrace.of(span, Optional.empty(), true);
    log.append("F", EVENT, trace, outcome);
    producer.completeNext();

    assertThat(sent().headers())
        .containsExactly(
            new RecordHeader(
                "traceparent",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".getBytes(UTF_8)));
    assertThat(trace.end()).extracting(RequestTrace.Phase::name).containsExactly("append");
  }

  @Test
  void thatOfARequestWithoutATraceNamesNone() {
    log.append("F", EVENT, RequestTrace.NONE, outcome);

    assertThat(sent().headers()).isEmpty();
  }

  @Test
  void aHeartbeatGoesToThePartitionOfItsFlowUnderItsObject() {
    Heartbeat heartbeat = new Heartbeat("FF", 3L, null, 5L);

    log.beat("FF", "run/3", heartbeat, outcome);

    assertThat(sent().topic()).isEqualTo("flowledger.heartbeats");
    assertThat(sent().partition()).isEqualTo(2);
    assertThat(sent().key()).isEqualTo("run/3".getBytes(UTF_8));
    assertThat(serde.deserialize(sent().value()))
        .isEqualTo(new EventSerde.Decoded.Known(heartbeat));
  }

  @Test
  void aClaimGoesToTheOnlyPartitionOfItsTopic() {
    IdsClaimed claim = new IdsClaimed(EventIds.next(1), "runs", 8L, 1L, "test", false);

    log.claim(claim, "runs", outcome);

    assertThat(sent().topic()).isEqualTo("flowledger.ids");
    assertThat(sent().partition()).isZero();
    assertThat(sent().key()).isEqualTo("runs".getBytes(UTF_8));
    assertThat(serde.deserialize(sent().value())).isEqualTo(new EventSerde.Decoded.Known(claim));
  }

  @Test
  void theBrokersAcknowledgementTellsThePosition() {
    log.append("F", EVENT, outcome);
    assertThat(outcome.told).isEmpty();
    producer.completeNext();
    log.append("F", EVENT, outcome);
    producer.completeNext();
    log.beat("FFF", "run/1", new Heartbeat("FFF", 1L, null, 5L), outcome);
    producer.completeNext();

    assertThat(outcome.told).containsExactly("1@0", "1@1", "heartbeats/3@0");
  }

  @Test
  void aFailedAppendIsTold() {
    log.append("F", EVENT, outcome);
    producer.errorNext(new TimeoutException("no answer"));

    assertThat(outcome.told).containsExactly("no answer");
  }

  @Test
  void aSendThatThrowsIsToldInTheSameWay() {
    producer.sendException = new KafkaException("fenced");
    log.append("F", EVENT, outcome);
    producer.sendException = new IllegalStateException("closed");
    log.append("F", EVENT, outcome);

    assertThat(outcome.told).containsExactly("fenced", "closed");
  }

  @Test
  void whileWritesAreRefusedNothingIsSent() {
    log.writability().refuse("the disk is full");
    log.append("F", EVENT, outcome);
    log.beat("F", "run/1", new Heartbeat("F", 1L, null, 5L), outcome);
    log.claim(new IdsClaimed(EventIds.next(1), "runs", 8L, 1L, "test", false), "runs", outcome);
    assertThat(outcome.told).containsOnly("the disk is full").hasSize(3);
    assertThat(producer.history()).isEmpty();
    assertThat(log.writability().failures()).isEqualTo(3);

    log.writability().admit();
    log.append("F", EVENT, outcome);
    assertThat(producer.history()).hasSize(1);
  }

  @Test
  void closesTheProducer() {
    log.close();

    assertThat(producer.closed()).isTrue();
  }
}
