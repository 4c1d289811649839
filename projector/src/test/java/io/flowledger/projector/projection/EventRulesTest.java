package io.flowledger.projector.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.InMemoryView;
import io.flowledger.projector.log.KafkaPartitioner;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.serde.EventSerde;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others append is held to what the service itself would have refused. */
class EventRulesTest {

  private static final long TOO_GREAT = 1L << 53;
  private static final String NUMBERS = "the numbers of %s are from 1 to 9007199254740991, not %d";

  private final EventSerde serde = Events.serde();
  private final EventsProjection projection = new EventsProjection(serde);
  private final InMemoryView view = new InMemoryView();
  private long offset;

  @BeforeEach
  void givenATask() {
    Stream.of(
            Events.flow(1, "F", 1000),
            Events.run(2, "F", 7, null, null, 2000),
            Events.step(3, "F", 7, "start", 3000),
            Events.task(4, "F", 7, "start", 8, null, null, 4000))
        .forEach(event -> assertThat(when(event)).isEqualTo(Verdict.APPLIED));
  }

  private Verdict when(SpecificRecord event) {
    return projection.apply(Events.key(event), serde.serialize(event), offset++, view);
  }

  /** It changes nothing, and is in no history: no listing has a place for it. */
  private void assertUnplaced(String reason, SpecificRecord event) {
    var before = view.rows();
    assertThat(when(event)).isEqualTo(new Verdict.Rejected(reason));
    assertThat(view.rows()).isEqualTo(before);
  }

  /** It changes nothing, and is in the history. */
  private void assertRejected(String reason, SpecificRecord event) {
    var before = objects();
    assertThat(when(event)).isEqualTo(new Verdict.Rejected(reason));
    assertThat(objects()).isEqualTo(before);
    assertThat(view.rows()).isNotEqualTo(before);
  }

  private java.util.SortedMap<String, String> objects() {
    var rows = view.rows();
    rows.keySet().removeIf(key -> key.startsWith(Integer.toHexString('h')));
    return rows;
  }

  private static SpecificRecord metadata(long run, long task, long id, long ts) {
    return Events.metadata(
        9,
        "F",
        run,
        "start",
        task,
        ts,
        List.of(Events.entry(1, "a", "1"), Events.entry(id, "b", "2")));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, TOO_GREAT, Long.MIN_VALUE})
  void numbersAreThoseThatSequencesGive(long number) {
    assertUnplaced(NUMBERS.formatted("runs", number), Events.run(9, "F", number, null, null, 2000));
    assertUnplaced(NUMBERS.formatted("runs", number), metadata(number, 8, 2, 5000));
    assertUnplaced(
        NUMBERS.formatted("tasks", number),
        Events.task(9, "F", 7, "start", number, null, null, 4000));
    assertUnplaced(NUMBERS.formatted("tasks", number), metadata(7, number, 2, 5000));
    assertRejected(NUMBERS.formatted("metadata", number), metadata(7, 8, number, 5000));
  }

  @Test
  void theGreatestNumberIsOne() {
    assertThat(when(Events.run(9, "F", TOO_GREAT - 1, null, null, 2000)))
        .isEqualTo(Verdict.APPLIED);
    assertThat(when(metadata(7, 8, TOO_GREAT - 1, 5000))).isEqualTo(Verdict.APPLIED);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1L << 47, Long.MIN_VALUE, Long.MAX_VALUE})
  void timesAreInTheCalendar(long time) {
    String reason = " is from 0 to 140737488355327, not " + time;
    assertUnplaced("ts_epoch" + reason, Events.flow(9, "G", time));
    assertUnplaced("ts_epoch" + reason, metadata(7, 8, 2, time));
    assertRejected("heartbeat_ts" + reason, Events.run(9, "F", 9, null, time, 2000));
    assertRejected("heartbeat_ts" + reason, Events.task(9, "F", 7, "start", 9, null, time, 4000));
  }

  @Test
  void theFirstAndTheLastMomentAre() {
    assertThat(when(Events.flow(9, "G", 0))).isEqualTo(Verdict.APPLIED);
    assertThat(when(Events.flow(10, "H", (1L << 47) - 1))).isEqualTo(Verdict.APPLIED);
  }

  @Test
  void namesAreNotLongerThanAnyServerTakes() {
    String longest = "ü".repeat(10_000);
    String longer = longest + "ü";
    String reason = "not usable as a name, of 10001 characters: '" + "ü".repeat(40) + "...'";
    assertThat(when(Events.flow(9, longest, 1000))).isEqualTo(Verdict.APPLIED);
    assertUnplaced(reason, Events.flow(10, longer, 1000));
    assertRejected(reason, Events.run(11, "F", 9, longer, null, 2000));
    assertRejected(reason, Events.step(12, "F", 7, longer, 3000));
    assertRejected(reason, Events.task(13, "F", 7, "start", 9, longer, null, 4000));
    assertRejected(
        reason,
        Events.metadata(14, "F", 7, "start", 8, 5000, List.of(Events.entry(1, longer, "1"))));
    assertRejected(
        reason,
        Events.artifacts(
            15, "F", 7, "start", 8, 5000, List.of(Events.artifact(longer, 0, "s3://1"))));
  }

  private static List<SpecificRecord> registrationsOf(String name, String writer) {
    return List.of(
        written(writer, FlowRegistered.class, Events.flow(9, name, 1000)),
        written(writer, RunRegistered.class, Events.run(10, "F", 9, name, null, 2000)),
        written(writer, StepRegistered.class, Events.step(11, "F", 7, name, 3000)),
        written(
            writer, TaskRegistered.class, Events.task(12, "F", 7, "start", 9, name, null, 4000)),
        written(
            writer,
            ArtifactsRecorded.class,
            Events.artifacts(
                13, "F", 7, "start", 8, 5000, List.of(Events.artifact(name, 0, "s3://1")))));
  }

  private static <E extends SpecificRecordBase> SpecificRecord written(
      String writer, Class<E> type, SpecificRecord event) {
    E copy = SpecificData.get().deepCopy(event.getSchema(), type.cast(event));
    copy.put("written_by", writer);
    return copy;
  }

  @ParameterizedTest
  @ValueSource(strings = {".", ".."})
  void othersRegisterNothingThatNoUrlCanName(String name) {
    for (SpecificRecord event : registrationsOf(name, "producer/1")) {
      assertRejected("not usable as a name: '" + name + "'", event);
    }
  }

  /** They were acknowledged, runs and tasks have numbers too, and nothing is ever taken back. */
  @ParameterizedTest
  @ValueSource(strings = {".", ".."})
  void whatEarlierVersionsOfTheServiceHaveTakenStays(String name) {
    for (SpecificRecord event : registrationsOf(name, "flowledger/0.1.0")) {
      assertThat(when(event)).isEqualTo(Verdict.APPLIED);
    }
    SpecificRecord below = Events.run(14, name, 10, null, null, 2000);
    assertThat(when(written("producer/1", RunRegistered.class, below))).isEqualTo(Verdict.APPLIED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"...", ". ", "%2e", ".a", "a.", "\uFF0E"})
  void otherNamesWithDotsAreNames(String name) {
    for (SpecificRecord event : registrationsOf(name, "producer/1")) {
      assertThat(when(event)).isEqualTo(Verdict.APPLIED);
    }
  }

  /** As the default partitioner of Kafka's producers has it. */
  @Test
  void anEventIsInThePartitionOfItsFlow() {
    SpecificRecord flow = Events.flow(9, "G", 1000);
    int home = BuiltInPartitioner.partitionForKey(Events.utf8("G"), 3);
    for (int partition = 0; partition < 3; partition++) {
      assertThat(
              projection
                  .in(partition, new KafkaPartitioner(3))
                  .apply(Events.utf8("G"), serde.serialize(flow), offset++, new InMemoryView()))
          .isEqualTo(
              partition == home
                  ? Verdict.APPLIED
                  : new Verdict.Rejected("flow G belongs in partition " + home));
    }
  }

  @Test
  void aCharacterIsNoHalfOfASurrogatePair() {
    assertThat(when(Events.flow(9, "\uD83D\uDE00".repeat(10_000), 1000)))
        .isEqualTo(Verdict.APPLIED);
  }
}
