package io.flowledger.projector.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.Idempotency;
import io.flowledger.event.RunRegistered;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.InMemoryView;
import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.projector.fixture.RandomEvents;
import io.flowledger.projector.fixture.Seed;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.readmodel.PastBound;
import io.flowledger.projector.readmodel.PastScope;
import io.flowledger.projector.readmodel.PastState;
import io.flowledger.projector.row.EventKey;
import io.flowledger.projector.row.KeyedEvent;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.Position;
import io.flowledger.schemas.serde.EventSerde;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of the events of a flow with one idempotency key the first that is carried out counts. */
class IdempotencyTest {

  private static final long FINGERPRINT = -0x1234_5678_9abc_def0L;

  private final EventSerde serde = Events.serde();
  private final EventsProjection projection = new EventsProjection(serde);
  private InMemoryView view = new InMemoryView();
  private long offset;

  private Verdict when(SpecificRecord event) {
    return projection.apply(Events.key(event), serde.serialize(event), offset++, view);
  }

  private void given(SpecificRecord... events) {
    for (SpecificRecord event : events) {
      assertThat(when(event)).isEqualTo(Verdict.APPLIED);
    }
  }

  /** Flow F with run 7, step start, task 8. */
  private void givenATask() {
    given(
        Events.flow(1, "F", 1000),
        Events.run(2, "F", 7, "r-a", null, 2000),
        Events.step(3, "F", 7, "start", 3000),
        Events.task(4, "F", 7, "start", 8, "t-a", null, 4000));
  }

  private Optional<KeyedEvent> holder(String flow, String key) {
    return Optional.ofNullable(view.get(Keys.keyed(flow, key))).map(KeyedEvent::fromRow);
  }

  private static EventKey id(long event) {
    return EventKey.of(Events.id(event));
  }

  private static RunRegistered run(long eventId, String flow, long run) {
    return Events.keyed(Events.run(eventId, flow, run, null, null, 2000), "k", FINGERPRINT);
  }

  /** All rows but those of the history, which every event is noted in. */
  private SortedMap<String, String> objects() {
    SortedMap<String, String> rows = view.rows();
    rows.keySet().removeIf(key -> key.startsWith(Integer.toHexString('h')));
    return rows;
  }

  private void assertIgnored(Verdict expected, SpecificRecord event) {
    SortedMap<String, String> before = objects();
    assertThat(when(event)).isEqualTo(expected);
    assertThat(objects()).isEqualTo(before);
  }

  private void assertRepeated(SpecificRecord event) {
    assertIgnored(new Verdict.Superseded("idempotency key k", true), event);
  }

  static Stream<SpecificRecord> eventsOfAllTypes() {
    return Stream.of(
        Events.flow(10, "G", 5000),
        Events.run(10, "F", 9, null, null, 5000),
        Events.step(10, "F", 7, "end", 5000),
        Events.task(10, "F", 7, "start", 9, null, 60L, 5000),
        Events.metadata(10, "F", 7, "start", 8, 5000, List.of(Events.entry(1, "f", "v"))),
        Events.artifacts(10, "F", 7, "start", 8, 5000, List.of(Events.artifact("x", 0, "s3://"))),
        Events.tags(10, "F", 7, List.of("t1"), List.of("t3"), 5000));
  }

  @ParameterizedTest
  @MethodSource("eventsOfAllTypes")
  void theFirstTakesTheKeyAndTheSecondChangesNothing(SpecificRecord event) {
    givenATask();
    Envelope envelope = Envelope.of(event).orElseThrow();
    given(Events.keyed(event, "k", FINGERPRINT));

    assertThat(holder(envelope.flowId(), "k"))
        .contains(
            new KeyedEvent(
                id(10), 4, envelope.kind(), FINGERPRINT, envelope.runNumber(), envelope.taskId()));
    assertRepeated(event);
  }

  @ParameterizedTest
  @MethodSource("eventsOfAllTypes")
  void withoutAKeyNothingIsKeptOfIt(SpecificRecord event) {
    givenATask();
    when(event);

    assertThat(view.rows().keySet()).noneMatch(key -> key.startsWith(Integer.toHexString('k')));
  }

  @Test
  void theSecondChangesNothingThoughItIsAboutSomethingElse() {
    givenATask();
    given(run(10, "F", 20));

    assertRepeated(run(11, "F", 21));
    assertRepeated(
        Events.keyed(Events.tags(12, "F", 7, List.of(), List.of("new"), 1), "k", FINGERPRINT + 1));
    assertThat(view.get(Keys.run(21))).isNull();
  }

  @Test
  void keysOfOtherFlowsAreOthers() {
    given(Events.flow(1, "F", 1000), Events.flow(2, "G", 1000), run(3, "F", 7), run(4, "G", 8));

    assertThat(holder("F", "k")).map(KeyedEvent::event).contains(id(3));
    assertThat(holder("G", "k")).map(KeyedEvent::event).contains(id(4));
    assertThat(holder("F", "K")).isEmpty();
  }

  @Test
  void whatIsRejectedTakesNoKeyAndMayComeAgain() {
    assertIgnored(new Verdict.Rejected("flow F is not registered"), run(1, "F", 7));

    given(Events.flow(2, "F", 1000), run(1, "F", 7));
    assertThat(holder("F", "k")).map(KeyedEvent::offset).contains(2L);
  }

  @Test
  void whatLosesItsIdentityTakesNoKey() {
    givenATask();
    RunRegistered late = Events.run(10, "F", 9, "r-a", null, 5000);

    assertIgnored(new Verdict.Superseded("run F/r-a"), Events.keyed(late, "k", FINGERPRINT));
    given(run(11, "F", 9));
    assertThat(holder("F", "k")).map(KeyedEvent::event).contains(id(11));
  }

  @Test
  void artifactsTakeTheirKeyThoughSomeAreThereAlready() {
    givenATask();
    given(
        Events.artifacts(10, "F", 7, "start", 8, 5000, List.of(Events.artifact("x", 0, "s3://"))));
    var event =
        Events.artifacts(
            11,
            "F",
            7,
            "start",
            8,
            5000,
            List.of(Events.artifact("x", 0, "s3://"), Events.artifact("y", 0, "s3://")));

    assertThat(when(Events.keyed(event, "k", FINGERPRINT)))
        .isEqualTo(new Verdict.Superseded("1 artifacts of task 8"));
    assertThat(holder("F", "k")).map(KeyedEvent::event).contains(id(11));
    assertRepeated(event);
  }

  @Test
  void anUnusableKeyIsRejected() {
    given(Events.flow(1, "F", 1000));

    assertIgnored(
        new Verdict.Rejected("not usable as a name: ''"),
        Events.keyed(Events.run(2, "F", 7, null, null, 2000), "", FINGERPRINT));
    assertIgnored(
        new Verdict.Rejected("not usable as a name: 'a\\0b'"),
        Events.keyed(Events.run(2, "F", 7, null, null, 2000), "a\0b", FINGERPRINT));
  }

  @Test
  void aKeyNeedsAFlow() {
    givenATask();

    assertIgnored(
        new Verdict.Rejected("not usable as a name: ''"),
        Events.keyed(Events.metadata(10, "", 7, "start", 8, 5000, List.of()), "k", FINGERPRINT));
  }

  /** A state of one run is made without the events of the others. */
  @Test
  void aPastRunHasNoArtifactsThatCameUnderTheKeyOfAnother(@TempDir Path directory) {
    List<ArtifactEntry> x = List.of(Events.artifact("x", 0, "s3://"));
    try (LocalReadModel views = new LocalReadModel(directory, 1, serde)) {
      views.apply(Events.flow(1, "F", 1000));
      views.apply(Events.run(2, "F", 7, null, null, 2000));
      views.apply(Events.step(3, "F", 7, "start", 3000));
      views.apply(Events.task(4, "F", 7, "start", 8, null, null, 4000));
      views.apply(run(5, "F", 9));
      Position last =
          views.apply(
              Events.keyed(Events.artifacts(6, "F", 7, "start", 8, 5000, x), "k", FINGERPRINT));
      PastScope scope = new PastScope("F", OptionalLong.of(7));
      try (PastState past = views.past(scope, PastBound.ofOffset(last.offset()), 6000)) {
        assertThat(past.view().task(8)).isPresent();
        assertThat(past.view().artifacts(8, 0).find("x")).isEmpty();
      }
    }
  }

  private record Written(byte[] key, byte @Nullable [] value) {}

  private Verdict when(Written record) {
    return projection.apply(record.key(), record.value(), offset++, view);
  }

  private List<Written> randomLog(int length) {
    RandomEvents events = new RandomEvents(Seed.random("IdempotencyTest"), serde);
    List<Written> log = new ArrayList<>();
    while (log.size() < length) {
      events.appendTo(
          (key, value) -> {
            if (key != null) {
              log.add(new Written(key, value));
            }
          });
    }
    return log;
  }

  /** Whoever projects a prefix of the log, and whenever, finds the same events first. */
  @Test
  void everyPrefixOfALogHasTheSameFirstEvents() {
    List<Written> log = randomLog(400);
    List<SortedMap<String, String>> prefixes = new ArrayList<>();
    for (Written record : log) {
      when(record);
      prefixes.add(view.rows());
    }
    for (int length : new int[] {1, 57, 200, 400}) {
      view = new InMemoryView();
      offset = 0;
      log.subList(0, length).forEach(this::when);
      assertThat(view.rows()).isEqualTo(prefixes.get(length - 1));
    }
  }

  @Test
  void aKeyIsTakenOnceWhateverTheLogHolds() {
    Map<List<String>, Long> first = new HashMap<>();
    List<Verdict> repetitions = new ArrayList<>();
    for (Written record : randomLog(400)) {
      long place = offset;
      Verdict verdict = when(record);
      Optional<Envelope> event = serde.event(record.value()).flatMap(Envelope::of);
      Idempotency idempotency = event.map(Envelope::idempotency).orElse(null);
      if (idempotency == null || verdict instanceof Verdict.Rejected) {
        continue;
      }
      List<String> key = List.of(event.get().flowId(), idempotency.getKey());
      if (first.containsKey(key)) {
        assertThat(verdict)
            .isEqualTo(new Verdict.Superseded("idempotency key " + idempotency.getKey(), true));
        repetitions.add(verdict);
      } else if (verdict instanceof Verdict.Applied
          || event.get().kind() == Envelope.Kind.ARTIFACTS) {
        first.put(key, place);
      }
    }
    first.forEach(
        (key, place) ->
            assertThat(holder(key.get(0), key.get(1)))
                .as("%s", key)
                .map(KeyedEvent::offset)
                .contains(place));
    assertThat(first).hasSizeGreaterThan(5);
    assertThat(repetitions).hasSizeGreaterThan(5);
  }
}
