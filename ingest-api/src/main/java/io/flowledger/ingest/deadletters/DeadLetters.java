package io.flowledger.ingest.deadletters;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.text.JsonText;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of a log, found and appended to it again. The state of a letter is derived from
 * the log: from the letters, the notes of what was redriven that lie among them, and what the views
 * say of where the records and their copies are. Every method blocks.
 */
public final class DeadLetters implements AutoCloseable {

  /** How many letters are redriven by one order at most. */
  public static final int MOST_REDRIVEN = 10_000;

  private static final int MOST_SCANNED = 50_000;
  private static final int MOST_SHOWN_IN_LIST = 16 << 10;
  private static final int MOST_LIST_CHARACTERS = 4 << 20;

  private final int partitions;
  private final Supplier<DeadLetterTopic> opener;
  private final DeadLetterOutcomes letters;
  private final Redrive redrive;
  private @Nullable DeadLetterTopic opened;
  private volatile @Nullable DeadLetterTopic reading;
  private boolean closed;

  /**
   * @param clients settings of all Kafka clients: bootstrap servers, security
   */
  public DeadLetters(
      Map<String, Object> clients,
      Topics topics,
      EventSerde serde,
      ReadModel readModel,
      EventLog log) {
    this.partitions = topics.partitions();
    this.opener = () -> new DeadLetterTopic(clients, topics.deadLetters());
    this.letters = new DeadLetterOutcomes(topics, serde, readModel);
    this.redrive = new Redrive(topics.deadLetters(), letters, readModel, log);
  }

  /**
   * A part of a listing.
   *
   * @param json a list of letters
   * @param next where it goes on; empty at its end
   */
  public record Page(String json, OptionalLong next) {}

  /**
   * Letters, the oldest first. A page may have fewer than the limit although the listing goes on.
   *
   * @throws RefusedException 400 when it would begin behind the end, or asks for a partition that
   *     there is not
   * @throws LogUnavailableException when they cannot be read
   */
  public synchronized Page list(DeadLetterFilter filter, long from, int limit) {
    filter.requirePartition(partitions);
    DeadLetterTopic letterTopic = letterTopic();
    if (from > letterTopic.end()) {
      throw RefusedException.malformed(
          "position %d is not there yet, the dead letters end at %d"
              .formatted(from, letterTopic.end()));
    }
    JsonText json = new JsonText(1024).raw("[");
    Search search = new Search(letterTopic, filter);
    int[] found = {0};
    OptionalLong next =
        search.from(
            from,
            (letter, standing) -> {
              json.raw(found[0]++ == 0 ? "" : ", ");
              Optional<SpecificRecord> event = letters.event(letter);
              DeadLetterJson.write(letter, event, standing, MOST_SHOWN_IN_LIST, json);
              return found[0] < limit && json.length() < MOST_LIST_CHARACTERS;
            });
    return new Page(json.raw("]").toString(), next);
  }

  /**
   * One letter with all that it holds, as JSON; empty where there is none.
   *
   * @throws LogUnavailableException when it cannot be read
   */
  public synchronized Optional<String> show(long position) {
    DeadLetterTopic letterTopic = letterTopic();
    return letterTopic
        .at(position)
        .map(
            letter -> {
              JsonText json = new JsonText(1024);
              DeadLetterState standing =
                  letters.standing(letter, letterTopic.redriven(position), letterTopic);
              DeadLetterJson.write(
                  letter, letters.event(letter), standing, Integer.MAX_VALUE, json);
              return json.toString();
            });
  }

  /**
   * Appends letters that are waiting to the log again, and tells a line of JSON of each: what has
   * become of it now. Those that are not waiting stay as they are. The last line counts.
   *
   * @throws LogUnavailableException when the log cannot be read or written; what has been told is
   *     done
   */
  public synchronized void redrive(List<Long> positions, Consumer<String> lines) {
    redrive.run(letterTopic(), positions, false, lines);
  }

  /**
   * The same with letters that match, the oldest first, as many as the limit at most.
   *
   * @throws RefusedException 400 when it asks for a partition that there is not
   */
  public synchronized void redrive(DeadLetterFilter filter, int limit, Consumer<String> lines) {
    filter.requirePartition(partitions);
    DeadLetterTopic letterTopic = letterTopic();
    List<Long> positions = new ArrayList<>();
    OptionalLong next = OptionalLong.of(0);
    while (next.isPresent() && positions.size() < limit) {
      next =
          new Search(letterTopic, filter.inState(DeadLetterState.State.WAITING))
              .from(
                  next.getAsLong(),
                  (letter, standing) -> {
                    positions.add(letter.position());
                    return positions.size() < limit;
                  });
    }
    redrive.run(letterTopic, positions, next.isPresent(), lines);
  }

  private interface FoundVisitor {
    /** Returns whether it wants another one. */
    boolean found(DeadLetterRecord letter, DeadLetterState standing);
  }

  private final class Search {
    private final DeadLetterTopic letterTopic;
    private final DeadLetterFilter filter;
    private int scanned;
    private OptionalLong next = OptionalLong.empty();

    Search(DeadLetterTopic letterTopic, DeadLetterFilter filter) {
      this.letterTopic = letterTopic;
      this.filter = filter;
    }

    /** Returns where the search goes on; empty where it has come to the end. */
    OptionalLong from(long from, FoundVisitor visitor) {
      letterTopic.read(Math.max(0, from), letter -> visit(letter, visitor));
      return next;
    }

    private boolean visit(DeadLetterRecord letter, FoundVisitor visitor) {
      boolean goesOn = !matches(letter, visitor) && ++scanned < MOST_SCANNED;
      if (!goesOn && letter.position() + 1 < letterTopic.end()) {
        next = OptionalLong.of(letter.position() + 1);
      }
      return goesOn;
    }

    /** Whether it is one, and the visitor has had enough with it. */
    private boolean matches(DeadLetterRecord letter, FoundVisitor visitor) {
      if (!filter.matches(letter)
          || (filter.looksInside() && !filter.matches(letters.event(letter)))) {
        return false;
      }
      DeadLetterState standing =
          letters.standing(letter, letterTopic.redriven(letter.position()), letterTopic);
      return filter.matches(letter, standing) && !visitor.found(letter, standing);
    }
  }

  private DeadLetterTopic letterTopic() {
    if (closed) {
      throw new LogUnavailableException("the server is stopping");
    }
    DeadLetterTopic letterTopic = opened;
    if (letterTopic == null) {
      letterTopic = opener.get();
      opened = letterTopic;
      reading = letterTopic;
    }
    letterTopic.catchUp();
    return letterTopic;
  }

  /** Ends what is being read. */
  @Override
  public void close() {
    DeadLetterTopic current = reading;
    if (current != null) {
      current.wakeUp();
    }
    synchronized (this) {
      closed = true;
      if (opened != null) {
        opened.close();
        opened = null;
      }
    }
  }
}
