package io.flowledger.ingest.deadletters;

import io.flowledger.http.refusal.RefusedException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/**
 * Filter of dead letters: it matches those to which everything applies that is there.
 *
 * @param reason a part of the reason, in whichever case
 * @param topic that the record is in
 * @param partition that the record is in
 * @param type name of the record's type
 * @param flow that the record is of
 * @param from not before, epoch milliseconds
 * @param to not after, epoch milliseconds
 * @param state what has become of it
 */
public record DeadLetterFilter(
    Optional<String> reason,
    Optional<String> topic,
    OptionalLong partition,
    Optional<String> type,
    Optional<String> flow,
    OptionalLong from,
    OptionalLong to,
    Optional<String> state) {

  /** The names of what can be asked for. */
  public static final List<String> NAMES =
      List.of("reason", "topic", "partition", "type", "flow", "from", "to", "state");

  private static final List<String> STATES =
      Arrays.stream(DeadLetterState.State.values()).map(DeadLetterState.State::label).toList();

  /**
   * @param asked what is asked for under a name
   * @throws RefusedException 400 when it makes no sense
   */
  public static DeadLetterFilter of(Function<String, Optional<String>> asked) {
    DeadLetterFilter filter =
        new DeadLetterFilter(
            asked.apply("reason").map(text -> text.toLowerCase(Locale.ROOT)),
            asked.apply("topic"),
            number(asked, "partition"),
            asked.apply("type"),
            asked.apply("flow"),
            number(asked, "from"),
            number(asked, "to"),
            asked.apply("state"));
    if (filter.state.filter(state -> !STATES.contains(state)).isPresent()) {
      throw RefusedException.malformed(
          "state must be one of " + STATES.stream().collect(Collectors.joining(", ")));
    }
    return filter;
  }

  private static OptionalLong number(Function<String, Optional<String>> asked, String name) {
    Optional<String> text = asked.apply(name);
    try {
      return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text.get()));
    } catch (NumberFormatException e) {
      throw RefusedException.malformed(
          "%s must be an integer, not '%s'".formatted(name, text.orElse("")));
    }
  }

  /**
   * @param partitions of the log
   * @throws RefusedException 400 when it asks for another one
   */
  void requirePartition(int partitions) {
    if (partition.isPresent()
        && (partition.getAsLong() < 0 || partition.getAsLong() >= partitions)) {
      throw RefusedException.malformed(
          "partition %d is none of the %d partitions of the log, which are 0 to %d"
              .formatted(partition.getAsLong(), partitions, partitions - 1));
    }
  }

  DeadLetterFilter inState(DeadLetterState.State wanted) {
    return new DeadLetterFilter(
        reason, topic, partition, type, flow, from, to, Optional.of(wanted.label()));
  }

  /** Whether it is meant, as far as can be said without more than the letter. */
  boolean matches(DeadLetterRecord letter) {
    return topic.stream().allMatch(letter.source().topic()::equals)
        && partition.stream().allMatch(number -> number == letter.source().partition())
        && from.stream().allMatch(time -> letter.timestamp() >= time)
        && to.stream().allMatch(time -> letter.timestamp() <= time);
  }

  /** Whether it is meant, as far as what is in it goes. */
  boolean matches(Optional<SpecificRecord> event) {
    return type.stream()
            .allMatch(
                name ->
                    event
                        .filter(
                            it ->
                                it.getSchema().getName().equals(name)
                                    || it.getSchema().getFullName().equals(name))
                        .isPresent())
        && flow.stream()
            .allMatch(
                name -> event.flatMap(DeadLetterOutcomes::flow).filter(name::equals).isPresent());
  }

  boolean looksInside() {
    return type.isPresent() || flow.isPresent();
  }

  /** Whether it is meant, as far as what has become of it goes. */
  boolean matches(DeadLetterRecord letter, DeadLetterState standing) {
    String why = standing.reason().orElse(letter.reason());
    return state.stream().allMatch(standing.state().label()::equals)
        && reason.stream().allMatch(part -> why.toLowerCase(Locale.ROOT).contains(part));
  }
}
