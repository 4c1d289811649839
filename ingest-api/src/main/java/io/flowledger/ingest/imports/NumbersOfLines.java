package io.flowledger.ingest.imports;

import io.flowledger.ingest.numbers.ClaimedNumbers;
import io.flowledger.ingest.numbers.Sequences;
import java.util.EnumMap;
import java.util.Map;

/**
 * The least and the greatest number of each sequence that lines have. Islands do not count: the
 * sequences stay where they are.
 */
final class NumbersOfLines {

  private final Map<Sequences.Name, Long> least = new EnumMap<>(Sequences.Name.class);
  private final Map<Sequences.Name, Long> greatest = new EnumMap<>(Sequences.Name.class);

  void add(Sequences.Name sequence, long number) {
    if (!ClaimedNumbers.isIsland(number)) {
      least.merge(sequence, number, Math::min);
      greatest.merge(sequence, number, Math::max);
    }
  }

  /** Moves the sequences past them. Blocks. */
  void reserve(Sequences sequences) {
    greatest.forEach(sequences::reserve);
  }

  /** Whether nobody is given any number between them; if not, each has to be looked at. */
  boolean areReserved(Sequences sequences) {
    return least.entrySet().stream()
        .allMatch(
            first ->
                sequences
                    .claimed(first.getKey())
                    .isReserved(
                        first.getValue(), greatest.getOrDefault(first.getKey(), first.getValue())));
  }
}
