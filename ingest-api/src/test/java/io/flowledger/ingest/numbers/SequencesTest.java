package io.flowledger.ingest.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.event.Heartbeat;
import io.flowledger.event.IdsClaimed;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.fixture.MemoryLog;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.projector.fixture.MemoryRegistry;
import io.flowledger.schemas.EventIds;
import io.flowledger.schemas.EventNumbers;
import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.topic.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SequencesTest {

  private final Topics topics = LocalReadModel.topics(1);
  private final EventSerde serde = MemoryRegistry.serde(topics);
  private LocalReadModel views;
  private MemoryLog log;

  @BeforeEach
  void openLog(@TempDir Path directory) {
    views = new LocalReadModel(directory, 1, serde);
    log = new MemoryLog(topics, serde, views);
  }

  @AfterEach
  void closeViews() {
    views.close();
  }

  private Sequences sequences() {
    return new Sequences(
        log.ids(), topics.ids(), new EventLog(log, serde, topics, flowId -> 0), serde, "test/1");
  }

  private static CompletableFuture<List<Long>> take(
      Sequences sequences, Sequences.Name name, int count) {
    CompletableFuture<List<Long>> taken = new CompletableFuture<>();
    sequences.take(
        name,
        count,
        new Sequence.Taker() {
          @Override
          public void numbers(long[] numbers) {
            taken.complete(LongStream.of(numbers).boxed().toList());
          }

          @Override
          public void failed(Exception cause) {
            taken.completeExceptionally(cause);
          }
        });
    return taken;
  }

  private static List<Long> taken(Sequences sequences, Sequences.Name name, int count)
      throws InterruptedException, ExecutionException, java.util.concurrent.TimeoutException {
    return take(sequences, name, count).get(10, TimeUnit.SECONDS);
  }

  private byte[] claim(String sequence, long count) {
    return serde.serialize(new IdsClaimed(EventIds.next(1), sequence, count, 1L, "other/1", false));
  }

  @Test
  void countsFromOneInEverySequence() throws Exception {
    try (Sequences sequences = sequences()) {
      assertThat(taken(sequences, Sequences.Name.RUNS, 2)).containsExactly(1L, 2L);
      assertThat(taken(sequences, Sequences.Name.TASKS, 1)).containsExactly(1L);
      assertThat(taken(sequences, Sequences.Name.METADATA, 3)).containsExactly(1L, 2L, 3L);
      assertThat(taken(sequences, Sequences.Name.RUNS, 1)).containsExactly(3L);
    }
  }

  @Test
  void claimsAreRecordsOfTheTopic() throws Exception {
    try (Sequences sequences = sequences()) {
      taken(sequences, Sequences.Name.TASKS, 1);
    }

    assertThat(log.history()).hasSize(1);
    SpecificRecord claim = log.decoded(log.history().get(0).value());
    assertThat(claim).isInstanceOf(IdsClaimed.class);
    assertThat(((IdsClaimed) claim).getSequence()).isEqualTo("tasks");
    assertThat(((IdsClaimed) claim).getCount()).isEqualTo(8);
    assertThat(((IdsClaimed) claim).getWrittenBy()).isEqualTo("test/1");
  }

  @Test
  void goesOnAfterAllClaimsThatWereThereBefore() throws Exception {
    log.ids().holds(List.of(claim("runs", 8), claim("tasks", 100), claim("runs", 16)));

    try (Sequences sequences = sequences()) {
      assertThat(taken(sequences, Sequences.Name.RUNS, 1)).containsExactly(25L);
      assertThat(taken(sequences, Sequences.Name.TASKS, 1)).containsExactly(101L);
      assertThat(taken(sequences, Sequences.Name.METADATA, 1)).containsExactly(1L);
    }
  }

  @Test
  void refusesToStartWithoutTheFirstClaims() {
    log.ids().updateBeginningOffsets(Map.of(new TopicPartition(topics.ids(), 0), 5L));

    assertThatThrownBy(this::sequences)
        .isExactlyInstanceOf(Sequences.LostClaimsException.class)
        .hasMessage(
            "flowledger.ids-0 starts at offset 5: the claims of numbers before it were deleted, so"
                + " numbers would be given twice");
    assertThat(log.ids().closed()).isTrue();
  }

  @Test
  void reservedNumbersAreNeverHandedOut() throws Exception {
    try (Sequences sequences = sequences()) {
      sequences.reserve(Sequences.Name.RUNS, 20);
      sequences.reserve(Sequences.Name.RUNS, 20);
      assertThat(taken(sequences, Sequences.Name.RUNS, 1)).containsExactly(21L);
      sequences.reserve(Sequences.Name.RUNS, 40);
      assertThat(taken(sequences, Sequences.Name.RUNS, 8))
          .containsExactly(22L, 23L, 24L, 25L, 26L, 27L, 28L, 41L);

      ClaimedNumbers runs = sequences.claimed(Sequences.Name.RUNS);
      assertThat(LongStream.rangeClosed(0, 50).filter(runs::isReserved).boxed())
          .containsExactlyElementsOf(
              LongStream.concat(LongStream.rangeClosed(1, 20), LongStream.rangeClosed(29, 40))
                  .boxed()
                  .toList());
    }
    assertThat(log.history().stream().map(record -> (IdsClaimed) log.decoded(record.value())))
        .extracting(claim -> claim.getCount() + " " + claim.getReserved())
        .startsWith("20 true", "8 false", "12 true");
  }

  @Test
  void theReservationsOfEarlierProcessesHold() {
    log.ids().holds(List.of(claim("runs", 8), reservation("runs", 2), reservation("runs", 3)));
    try (Sequences sequences = sequences()) {
      ClaimedNumbers runs = sequences.claimed(Sequences.Name.RUNS);
      assertThat(runs.last()).isEqualTo(13);
      assertThat(LongStream.rangeClosed(1, 14).filter(runs::isReserved).boxed())
          .containsExactly(9L, 10L, 11L, 12L, 13L);
    }
  }

  private byte[] reservation(String sequence, long count) {
    return serde.serialize(new IdsClaimed(EventIds.next(1), sequence, count, 1L, "other/1", true));
  }

  /** As an import of a run with the greatest number has made once. */
  @Test
  void aClaimOfNearlyAllNumbersLeavesSomeToGive() throws Exception {
    long all = (1L << 53) - 1;
    log.ids().holds(List.of(claim("runs", 8), reservation("runs", all - 8), claim("runs", 8)));
    try (Sequences sequences = sequences()) {
      long next = 8 + (1L << 42) + 8 + 1;
      assertThat(taken(sequences, Sequences.Name.RUNS, 2)).containsExactly(next, next + 1);
      ClaimedNumbers runs = sequences.claimed(Sequences.Name.RUNS);
      assertThat(runs.isReserved(9)).isTrue();
      assertThat(runs.isReserved(8 + (1L << 42))).isTrue();
      assertThat(runs.isReserved(all)).isFalse();
      assertThat(runs.isGiven(all)).isFalse();
    }
  }

  /** Whatever is claimed, by whomever: the next one is usable, and nobody else's. */
  @Test
  void afterAnyClaimsThereAreNumbersToGive() throws Exception {
    long seed = Long.getLong("flowledger.test.seed", System.nanoTime());
    Random random = new Random(seed);
    List<byte[]> claims = new ArrayList<>();
    long last = 0;
    for (int i = 0; i < 200; i++) {
      long count = random.nextLong() >>> random.nextInt(64);
      claims.add(random.nextBoolean() ? claim("tasks", count) : reservation("tasks", count));
      last += count < 1 ? 0 : Math.min(count, 1L << 42);
    }
    log.ids().holds(claims);
    try (Sequences sequences = sequences()) {
      assertThat(taken(sequences, Sequences.Name.TASKS, 3))
          .as("seed %d", seed)
          .containsExactly(last + 1, last + 2, last + 3)
          .allMatch(EventNumbers::isUsable);
    }
  }

  @Test
  void whatIsOutOfReachIsNotReserved() throws Exception {
    try (Sequences sequences = sequences()) {
      taken(sequences, Sequences.Name.RUNS, 1);
      long farthest = 8 + (1L << 42);
      for (long number : new long[] {farthest + 1, 1L << 50, (1L << 53) - 1, Long.MAX_VALUE}) {
        assertThatThrownBy(() -> sequences.reserve(Sequences.Name.RUNS, number))
            .isInstanceOfSatisfying(
                RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED))
            .hasMessage(
                "number %d of runs is far beyond the sequence, which could be moved up to %d"
                    .formatted(number, farthest));
      }
      assertThat(log.history()).hasSize(1);
      sequences.reserve(Sequences.Name.RUNS, farthest);
      assertThat(sequences.claimed(Sequences.Name.RUNS).last()).isEqualTo(farthest);
    }
  }

  @Test
  void claimsOfOthersMoveItsOwnOn() throws Exception {
    try (Sequences sequences = sequences()) {
      assertThat(taken(sequences, Sequences.Name.RUNS, 3)).containsExactly(1L, 2L, 3L);
      log.ids().add(claim("runs", 1000));

      assertThat(taken(sequences, Sequences.Name.RUNS, 10))
          .containsExactly(4L, 5L, 6L, 7L, 8L, 1009L, 1010L, 1011L, 1012L, 1013L);
    }
  }

  @Test
  void ignoresWhatIsNoClaim() throws Exception {
    log.ids()
        .holds(
            List.of(
                new byte[] {1, 2, 3},
                serde.serialize(new Heartbeat("F", 1L, null, 1L)),
                claim("runs", 0),
                claim("runs", -5),
                claim("runs", 2)));

    try (Sequences sequences = sequences()) {
      assertThat(taken(sequences, Sequences.Name.RUNS, 1)).containsExactly(3L);
    }
  }

  /** It decides which numbers all behind it are. */
  @Test
  void aClaimThatCannotBeReadYetIsWaitedFor() throws Exception {
    log.ids().holds(List.of(claim("runs", 8)));
    AwayOnce registry = new AwayOnce();
    EventSerde reader = new EventSerde(registry);
    reader.register(topics.ids(), EventTypes.IDS);

    try (Sequences sequences =
        new Sequences(
            log.ids(),
            topics.ids(),
            new EventLog(log, reader, topics, flowId -> 0),
            reader,
            "test/1")) {
      assertThat(taken(sequences, Sequences.Name.RUNS, 1)).containsExactly(9L);
    }
    assertThat(registry.asked).isEqualTo(2);
  }

  /** A registry that cannot be asked at first; its numbers are those of {@link MemoryRegistry}. */
  private static final class AwayOnce implements SchemaRegistry {
    private final MemoryRegistry registry = new MemoryRegistry();
    private int asked;

    AwayOnce() {
      EventTypes.EVENTS.forEach(schema -> registry.register("", schema));
      EventTypes.HEARTBEATS.forEach(schema -> registry.register("", schema));
    }

    @Override
    public int register(String subject, Schema schema) {
      return registry.register(subject, schema);
    }

    @Override
    public Optional<Schema> schema(int id) {
      if (++asked == 1) {
        throw new SchemaRegistryException("down");
      }
      return registry.schema(id);
    }

    @Override
    public void close() {}
  }

  @Test
  void aClaimThatCannotBeAppendedFailsWhoWaits() {
    try (Sequences sequences = sequences()) {
      log.sendException = new KafkaException("buffer full");

      assertThatThrownBy(() -> taken(sequences, Sequences.Name.RUNS, 1))
          .hasRootCauseMessage("buffer full");
    }
  }

  @Test
  void numbersAreGivenAgainAfterAFailure() throws Exception {
    try (Sequences sequences = sequences()) {
      log.sendException = new KafkaException("buffer full");
      take(sequences, Sequences.Name.RUNS, 1);
      log.sendException = null;

      assertThat(taken(sequences, Sequences.Name.RUNS, 1)).containsExactly(1L);
    }
  }

  @Test
  void failsWhoComesWhenClaimsCannotBeReadAnyMore() throws Exception {
    try (Sequences sequences = sequences()) {
      taken(sequences, Sequences.Name.RUNS, 1);
      log.ids().failPoll(new KafkaException("not authorized"));
      log.ids().closedSignal().get(10, TimeUnit.SECONDS);

      assertThatThrownBy(() -> taken(sequences, Sequences.Name.TASKS, 1))
          .hasRootCauseMessage("not authorized");
    }
  }
}
