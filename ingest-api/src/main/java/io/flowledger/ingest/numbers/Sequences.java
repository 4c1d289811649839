package io.flowledger.ingest.numbers;

import io.flowledger.event.EventId;
import io.flowledger.event.IdsClaimed;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.schemas.EventIds;
import io.flowledger.schemas.serde.EventSerde;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The numbers of runs, tasks and metadata. A block of numbers is claimed by appending a claim to
 * the ids topic; the range that it owns is the fold of the claims before it: the sum of their
 * counts. So every claim succeeds, processes need no coordination, no number is ever given twice,
 * and a copy of the topic at other offsets gives the same ranges.
 */
public final class Sequences implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Sequences.class);
  private static final Duration RESERVATION_LIMIT = Duration.ofSeconds(30);

  /** Claims were deleted: numbers that they own would be given once more. */
  public static final class LostClaimsException extends KafkaException {
    private static final long serialVersionUID = 1L;

    LostClaimsException(TopicPartition partition, long start) {
      super(
          "%s starts at offset %d: the claims of numbers before it were deleted, so numbers would"
                  .formatted(partition, start)
              + " be given twice");
    }
  }

  /** What is numbered. The names are in the log for ever. */
  public enum Name {
    RUNS("runs"),
    TASKS("tasks"),
    METADATA("metadata");

    private final String label;

    public String label() {
      return label;
    }

    Name(String label) {
      this.label = label;
    }
  }

  /** Is told that a claim has failed. */
  private interface Failure {
    void accept(Exception cause);
  }

  private record Claim(Name sequence, long count) {}

  /** What this process has claimed of a sequence. */
  private record Own(LongAdder claims, LongAdder numbers) {}

  private final EventLog log;
  private final ClaimLog claimLog;
  private final String writtenBy;

  private final Map<Name, Sequence> sequences = new EnumMap<>(Name.class);
  private final Map<Name, Own> own = new EnumMap<>(Name.class);
  private final Map<EventId, Claim> claims = new ConcurrentHashMap<>();
  private final Map<EventId, CompletableFuture<Long>> reservations = new ConcurrentHashMap<>();
  private final Map<String, ClaimedNumbers> claimed = new ConcurrentHashMap<>();
  private volatile Optional<Exception> broken = Optional.empty(); // claims are not read any more

  /**
   * Folds all claims that are in the topic; blocks while it does.
   *
   * @param clients settings of all Kafka clients: bootstrap servers, security
   * @param topic the ids topic
   * @throws LostClaimsException when the topic does not have its first claims any more
   */
  public Sequences(
      Map<String, Object> clients, String topic, EventLog log, EventSerde serde, String writtenBy) {
    this(ClaimLog.connect(clients), topic, log, serde, writtenBy);
  }

  public Sequences(
      Consumer<byte[], byte[]> consumer,
      String topic,
      EventLog log,
      EventSerde serde,
      String writtenBy) {
    this.log = log;
    this.writtenBy = writtenBy;
    for (Name name : Name.values()) {
      sequences.put(name, new Sequence(count -> claim(name, count)));
      own.put(name, new Own(new LongAdder(), new LongAdder()));
    }
    this.claimLog = new ClaimLog(consumer, topic, serde, new Claims());
    claimLog.start();
  }

  /** Calls the taker with that many numbers that nobody else ever gets. */
  public void take(Name sequence, int count, Sequence.Taker taker) {
    sequence(sequence).take(count, System.nanoTime(), taker);
  }

  /**
   * Sees to it that all numbers up to one are claimed. Those that nobody had claimed before are
   * never handed out. Blocks.
   *
   * @throws RefusedException 400 when that many cannot be claimed; 503 when they cannot be now
   */
  public void reserve(Name name, long last) {
    ClaimedNumbers numbers = claimed(name);
    if (numbers.isOutOfReach(last)) {
      throw outOfReach(name, last);
    }
    long missing = last - numbers.last();
    if (missing <= 0) {
      return;
    }
    try {
      claimRange(name, missing).toCompletableFuture().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RefusedException.unavailable("interrupted");
    } catch (ExecutionException e) {
      throw RefusedException.unavailable("numbers cannot be claimed now, try again");
    }
  }

  /** The refusal of a number that is too far beyond those that are claimed. */
  public RefusedException outOfReach(Name name, long number) {
    return RefusedException.malformed(
        "number %d of %s is far beyond the sequence, which could be moved up to %d"
            .formatted(number, name.label, claimed(name).farthest()));
  }

  /**
   * Claims numbers that follow one another for somebody else: they are never handed out. Completes
   * with the first of them, or with why they cannot be claimed now, on any thread.
   */
  public CompletionStage<Long> claimRange(Name name, long count) {
    EventId id = EventIds.next(System.currentTimeMillis());
    CompletableFuture<Long> folded = new CompletableFuture<>();
    reservations.put(id, folded);
    append(id, name, count, true, folded::completeExceptionally);
    broken.ifPresent(folded::completeExceptionally);
    return folded
        .orTimeout(RESERVATION_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (first, failure) -> {
              reservations.remove(id);
              if (failure != null) {
                LOG.warn(
                    "could not reserve {} numbers of {}: {}",
                    count,
                    name.label,
                    failure.toString());
              }
            });
  }

  /** What has become of the numbers of a sequence. */
  public ClaimedNumbers claimed(Name name) {
    return claimed.computeIfAbsent(name.label, unclaimed -> new ClaimedNumbers());
  }

  /** How many blocks of a sequence this process has claimed. */
  public long claims(Name name) {
    return own(name).claims().sum();
  }

  /** How many numbers are in them. */
  public long claimedNumbers(Name name) {
    return own(name).numbers().sum();
  }

  private Own own(Name name) {
    return Objects.requireNonNull(own.get(name), "there is one of every name");
  }

  private Sequence sequence(Name name) {
    return Objects.requireNonNull(sequences.get(name), "there is one of every name");
  }

  private void claim(Name sequence, long count) {
    if (broken.isPresent()) {
      sequence(sequence).claimFailed(broken.get());
      return;
    }
    EventId id = EventIds.next(System.currentTimeMillis());
    claims.put(id, new Claim(sequence, count));
    append(id, sequence, count, false, cause -> claimFailed(id, cause));
    broken.ifPresent(cause -> claimFailed(id, cause)); // meanwhile
  }

  private void append(EventId id, Name sequence, long count, boolean reserved, Failure whenFailed) {
    log.claim(
        new IdsClaimed(id, sequence.label, count, System.currentTimeMillis(), writtenBy, reserved),
        sequence.label,
        EventLog.Acknowledgement.of(
            position -> {}, // it counts when it has been read back, with all those before it
            cause -> {
              LOG.debug("could not claim {} numbers of {}", count, sequence.label, cause);
              whenFailed.accept(cause);
            }));
  }

  private void claimFailed(EventId id, Exception cause) {
    Claim claim = claims.remove(id);
    if (claim != null) {
      sequence(claim.sequence()).claimFailed(cause);
    }
  }

  /** The fold of the claims. */
  private final class Claims implements ClaimLog.Fold {

    @Override
    public void add(IdsClaimed claim) {
      if (claim.getCount() > ClaimedNumbers.FARTHEST) {
        LOG.warn(
            "a claim of {} numbers of {} counts for {}: more would leave none to give",
            claim.getCount(),
            claim.getSequence(),
            ClaimedNumbers.FARTHEST);
      }
      long first =
          claimed
              .computeIfAbsent(claim.getSequence(), unclaimed -> new ClaimedNumbers())
              .add(claim.getCount(), claim.getReserved());
      Claim mine = claims.remove(claim.getClaimId());
      if (mine != null) {
        own(mine.sequence()).claims().increment();
        own(mine.sequence()).numbers().add(mine.count());
        sequence(mine.sequence()).claimed(first, mine.count(), System.nanoTime());
      }
      CompletableFuture<Long> reservation = reservations.remove(claim.getClaimId());
      if (reservation != null) {
        reservation.complete(first);
      }
    }

    @Override
    public void broken(RuntimeException cause) {
      broken = Optional.of(cause);
      List.copyOf(claims.keySet()).forEach(id -> claimFailed(id, cause));
      reservations.values().forEach(reservation -> reservation.completeExceptionally(cause));
    }
  }

  @Override
  public void close() {
    claimLog.close();
  }
}
