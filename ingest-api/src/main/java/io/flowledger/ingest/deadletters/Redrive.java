package io.flowledger.ingest.deadletters;

import io.flowledger.ingest.log.EventLog;
import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.text.JsonText;
import io.flowledger.schemas.Position;
import io.flowledger.schemas.topic.DeadLetterHeaders;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Headers;

/**
 * Appends the records of letters to the log again: key, value and headers as they were, and one
 * header more that says which letter it was. In the order of the letters, some at a time.
 *
 * <p>A note among the letters says where the copy is. Should the process die before the note is
 * written, the letter still waits, and is appended once more when it is redriven again. Then the
 * projection finds what it has applied already: registrations and artifacts are superseded,
 * metadata has its numbers, tags are as the copies that lie close together have left them.
 */
final class Redrive {

  private static final int MOST_TOGETHER = 100;
  private static final long MOST_BYTES_TOGETHER = 4 << 20;

  private final String deadLetters;
  private final DeadLetterOutcomes letters;
  private final ReadModel readModel;
  private final EventLog log;

  /**
   * @param deadLetters their topic
   */
  Redrive(String deadLetters, DeadLetterOutcomes letters, ReadModel readModel, EventLog log) {
    this.deadLetters = deadLetters;
    this.letters = letters;
    this.readModel = readModel;
    this.log = log;
  }

  /**
   * @param more whether there are others that were not ordered
   */
  void run(
      DeadLetterTopic letterTopic, List<Long> positions, boolean more, Consumer<String> lines) {
    Order order = new Order(letterTopic, lines);
    SortedSet<Long> missing = new TreeSet<>(positions);
    letterTopic.read(
        new TreeSet<>(positions),
        letter -> {
          missing.remove(letter.position());
          order.add(letter);
        });
    order.settle();
    missing.forEach(order::missing);
    order.end(more);
  }

  /** What the lines call what has become of letters. */
  private enum Outcome {
    APPLIED,
    SUPERSEDED,
    REJECTED,
    REDRIVEN,
    MISSING;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Outcome of(DeadLetterState.State state) {
      return switch (state) {
        case APPLIED -> APPLIED;
        case SUPERSEDED -> SUPERSEDED;
        case WAITING -> REJECTED;
        case REDRIVEN -> REDRIVEN;
      };
    }
  }

  /** A copy that is on its way. */
  private record Sent(DeadLetterRecord letter, CompletableFuture<Position> position) {}

  /**
   * A copy that is on its way no more.
   *
   * @param refusal why Kafka has not taken it, and never will
   */
  private record Settled(
      DeadLetterRecord letter, Optional<RecordPlace> copy, Optional<String> refusal) {

    Optional<RedriveNote> note() {
      return copy.map(place -> new RedriveNote(letter.position(), place));
    }
  }

  private final class Order {
    private final DeadLetterTopic letterTopic;
    private final Consumer<String> lines;
    private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    private final List<Sent> together = new ArrayList<>();
    private long bytes;
    private int appended;

    Order(DeadLetterTopic letterTopic, Consumer<String> lines) {
      this.letterTopic = letterTopic;
      this.lines = lines;
    }

    void missing(long position) {
      tell(
          position,
          Outcome.MISSING,
          Optional.empty(),
          Optional.of("there is no dead letter at position " + position));
    }

    void add(DeadLetterRecord letter) {
      long position = letter.position();
      DeadLetterState before;
      try {
        before = letters.standing(letter, letterTopic.redriven(position), letterTopic);
      } catch (ViewUnavailableException unknown) {
        settle();
        throw unknown;
      }
      if (before.state() != DeadLetterState.State.WAITING) {
        tell(letter, before);
      } else if (!letters.isOfOurs(letter)) {
        tell(
            position,
            Outcome.REJECTED,
            Optional.empty(),
            Optional.of(letter.source().topic() + " is no topic of this installation"));
      } else if (letter.leftOut().isPresent()) {
        tell(
            position,
            Outcome.REJECTED,
            Optional.empty(),
            Optional.of("it is too large to be here as a whole, see " + letter.source()));
      } else {
        send(letter);
      }
    }

    private void send(DeadLetterRecord letter) {
      CompletableFuture<Position> position = new CompletableFuture<>();
      together.add(new Sent(letter, position));
      bytes += letter.bytes();
      appended++;
      append(copy(letter), position);
      if (together.size() == MOST_TOGETHER || bytes > MOST_BYTES_TOGETHER) {
        settle();
      }
    }

    /**
     * Waits for what is on its way, and tells what has become of it. What is in the log is noted
     * even if something else could not be appended.
     */
    void settle() {
      List<Settled> settled = new ArrayList<>();
      Map<String, Position> last = new HashMap<>();
      Optional<LogUnavailableException> failure = Optional.empty();
      for (Sent sent : together) {
        try {
          Position position = await(sent.position());
          settled.add(
              new Settled(
                  sent.letter(), Optional.of(place(sent.letter(), position)), Optional.empty()));
          last.put(position.log() + "-" + position.partition(), position);
        } catch (LogUnavailableException e) {
          Optional<String> refusal = refusal(e);
          if (refusal.isPresent()) {
            settled.add(new Settled(sent.letter(), Optional.empty(), refusal));
          } else {
            failure = failure.isPresent() ? failure : Optional.of(e);
          }
        }
      }
      together.clear();
      bytes = 0;
      note(settled.stream().flatMap(one -> one.note().stream()).toList());
      last.values().forEach(this::awaitApplied);
      for (Settled one : settled) {
        if (one.refusal().isPresent()) {
          appended--;
          tell(one.letter().position(), Outcome.REJECTED, Optional.empty(), one.refusal());
        } else {
          tell(one.letter(), after(one));
        }
      }
      if (failure.isPresent()) {
        throw failure.get();
      }
    }

    private DeadLetterState after(Settled one) {
      try {
        return letters.standing(one.letter(), one.copy(), letterTopic);
      } catch (ViewUnavailableException unknown) {
        return new DeadLetterState(DeadLetterState.State.REDRIVEN, one.copy(), Optional.empty());
      }
    }

    private static RecordPlace place(DeadLetterRecord letter, Position position) {
      return new RecordPlace(letter.source().topic(), position.partition(), position.offset());
    }

    private void note(List<RedriveNote> copies) {
      List<CompletableFuture<Position>> notes = new ArrayList<>();
      for (RedriveNote copy : copies) {
        CompletableFuture<Position> written = new CompletableFuture<>();
        notes.add(written);
        append(copy.toRecord(deadLetters), written);
      }
      notes.forEach(Redrive::await);
    }

    /**
     * Where that cannot be said it is told that the letter is redriven, and no more; also where its
     * view is elsewhere, so that nothing can be promised here.
     */
    private void awaitApplied(Position position) {
      try {
        if (readModel.awaitApplied(position).isPresent()) {
          readModel.promises().make(position);
        }
      } catch (ViewUnavailableException elsewhere) {
        // It is told so.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LogUnavailableException("interrupted");
      }
    }

    private void tell(DeadLetterRecord letter, DeadLetterState standing) {
      tell(letter.position(), Outcome.of(standing.state()), standing.place(), standing.reason());
    }

    private void tell(
        long position, Outcome outcome, Optional<RecordPlace> place, Optional<String> reason) {
      counts.merge(outcome, 1, Integer::sum);
      JsonText json =
          new JsonText(256)
              .raw("{\"position\": ")
              .number(position)
              .raw(", \"outcome\": ")
              .string(outcome.label())
              .raw(", \"now_at\": ")
              .string(place.map(RecordPlace::toString).orElse(null))
              .raw(", \"reason\": ")
              .string(reason.orElse(null));
      lines.accept(json.raw("}").toString());
    }

    /** The line that counts. */
    void end(boolean more) {
      JsonText json = new JsonText(128).raw("{\"appended\": ").number(appended);
      for (Outcome outcome : Outcome.values()) {
        json.raw(", \"" + outcome.label() + "\": ").number(counts.getOrDefault(outcome, 0));
      }
      lines.accept(json.raw(", \"more\": " + more + "}").toString());
    }
  }

  @SuppressWarnings("NullAway") // a record may be without a key or a value
  private ProducerRecord<byte[], byte[]> copy(DeadLetterRecord letter) {
    Headers headers = letter.ownHeaders();
    RedriveNote.add(
        headers, DeadLetterHeaders.REDRIVEN_FROM, deadLetters + "@" + letter.position());
    return new ProducerRecord<>(
        letter.source().topic(), letters.partition(letter), letter.key(), letter.value(), headers);
  }

  private void append(ProducerRecord<byte[], byte[]> record, CompletableFuture<Position> appended) {
    log.append(
        record,
        new EventLog.Acknowledgement() {
          @Override
          public void appended(Position position) {
            appended.complete(position);
          }

          @Override
          public void failed(Exception cause) {
            appended.completeExceptionally(cause);
          }
        });
  }

  private static Position await(CompletableFuture<Position> position) {
    try {
      return position.join();
    } catch (CompletionException e) {
      throw new LogUnavailableException("the log cannot be written now: " + e.getCause(), e);
    }
  }

  /** Why Kafka will take this record at no time; empty where the failure is another. */
  private static Optional<String> refusal(LogUnavailableException failure) {
    Throwable cause = failure.getCause() == null ? null : failure.getCause().getCause();
    return cause instanceof RecordTooLargeException || cause instanceof InvalidRecordException
        ? Optional.of("Kafka does not take it: " + cause.getMessage())
        : Optional.empty();
  }
}
