package io.flowledger.ingest.imports;

import io.flowledger.ingest.numbers.Sequences;
import java.util.EnumMap;
import java.util.Map;

/**
 * How lines are imported.
 *
 * @param dryRun whether they are only rehearsed, and nothing is appended or reserved
 * @param reserve numbers of sequences up to which nobody is to be given any, whether the lines have
 *     them or not: those of lines that are to come
 */
record ImportMode(boolean dryRun, Map<Sequences.Name, Long> reserve) {

  ImportMode {
    Map<Sequences.Name, Long> copy = new EnumMap<>(Sequences.Name.class);
    copy.putAll(reserve);
    reserve = copy;
  }

  static ImportMode plain() {
    return new ImportMode(false, Map.of());
  }
}
