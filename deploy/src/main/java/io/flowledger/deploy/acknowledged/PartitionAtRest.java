package io.flowledger.deploy.acknowledged;

import static java.util.Objects.requireNonNull;

import io.flowledger.deploy.acknowledged.Acknowledged.Extent;
import io.flowledger.deploy.acknowledged.Acknowledged.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The folder in which Kafka keeps a partition, read before Kafka starts, to see whether the
 * partition still goes as far as it did. What is read is what Kafka will read.
 */
final class PartitionAtRest {

  private final Path folder;
  private final SortedMap<Long, Path> files;

  private PartitionAtRest(Path folder, SortedMap<Long, Path> files) {
    this.folder = folder;
    this.files = files;
  }

  /**
   * @param folder need not be there
   * @throws IOException when it cannot be read
   */
  static PartitionAtRest of(Path folder) throws IOException {
    boolean there = Files.isDirectory(folder);
    return new PartitionAtRest(
        folder, there ? SegmentFiles.atStart(folder) : Collections.emptySortedMap());
  }

  /** Its segments by the offsets that they begin with. */
  SortedMap<Long, Path> files() {
    return files;
  }

  /**
   * What it lacks of what is known of it, in words.
   *
   * @param recovered first offset that Kafka will read again when it starts, cutting off what it
   *     cannot read
   */
  Optional<String> lacks(boolean whole, Extent known, long recovered) throws IOException {
    if (!Files.isDirectory(folder)) {
      return known.end() == 0
          ? Optional.empty() // Kafka makes it again
          : Optional.of("is missing, acknowledged are records up to offset " + (known.end() - 1));
    }
    if (!whole) {
      return lacksEnd(known);
    }
    List<Segment> segments = known.segments();
    for (int i = 0; i < segments.size(); i++) {
      boolean last = i == segments.size() - 1;
      long end = last ? known.end() : segments.get(i + 1).base();
      Segment segment = segments.get(i);
      long untouched = last ? known.tail() : segment.bytes();
      Optional<String> lack = lacks(segment, end > recovered ? 0 : untouched, end, true);
      if (lack.isPresent()) {
        return lack;
      }
    }
    return Optional.empty();
  }

  /** Earlier segments of a compacted topic may become others; its end does not. */
  private Optional<String> lacksEnd(Extent known) throws IOException {
    if (lacks(known.last(), known.tail(), known.end(), false).isEmpty()) {
      return Optional.empty();
    }
    long end = files.isEmpty() ? 0 : endOfLast(files);
    return end >= known.end()
        ? Optional.empty()
        : Optional.of(
            "can be read up to offset %d, acknowledged is %d".formatted(end - 1, known.end() - 1));
  }

  /** Offset after the last record of the last of some files. */
  static long endOfLast(SortedMap<Long, Path> files) throws IOException {
    long base = files.lastKey();
    return Batches.endOf(requireNonNull(files.get(base)), base);
  }

  private Optional<String> lacks(Segment segment, long from, long end, boolean gapless)
      throws IOException {
    Path file = files.get(segment.base());
    if (file == null) {
      return Optional.of("lacks its file %020d.log".formatted(segment.base()));
    }
    if (Files.size(file) < segment.bytes()) {
      return Optional.of(
          "has %d bytes in its file %s, acknowledged are %d"
              .formatted(Files.size(file), file.getFileName(), segment.bytes()));
    }
    Batches batches =
        Batches.read(file, from, segment.bytes(), from == 0 ? segment.base() : -1, gapless);
    return batches.bytes() == segment.bytes() && (from == segment.bytes() || batches.next() == end)
        ? Optional.empty()
        : Optional.of(damagedAt(file, batches.bytes()));
  }

  /**
   * Offset after the last record that can be read, 0 when there is none.
   *
   * @param known as far as it has been read before
   */
  long end(Optional<Extent> known) throws IOException {
    long end = files.isEmpty() ? 0 : known.map(Extent::end).orElse(0L);
    for (Map.Entry<Long, Path> file : files.entrySet()) {
      long base = file.getKey();
      SortedMap<Long, Path> later = files.tailMap(base + 1);
      boolean covered = !later.isEmpty() && later.firstKey() <= end;
      if (!covered) {
        boolean goesOn = known.isPresent() && known.get().last().base() == base;
        Batches batches =
            Batches.read(
                file.getValue(),
                goesOn ? known.get().last().bytes() : 0,
                Long.MAX_VALUE,
                goesOn ? end : base,
                false);
        end = Math.max(end, batches.next());
      }
    }
    return end;
  }

  /**
   * Why it is not one piece, in words, whatever its end is; empty when it is.
   *
   * @param gapless whether it has a record at every offset
   * @param clean whether nothing was being written to it when it was left
   */
  Optional<String> broken(boolean gapless, boolean clean) throws IOException {
    if (gapless && !files.isEmpty() && files.firstKey() > 0) {
      return Optional.of("lacks offset 0");
    }
    for (Map.Entry<Long, Path> each : files.entrySet()) {
      long base = each.getKey();
      Path file = each.getValue();
      SortedMap<Long, Path> later = files.tailMap(base + 1);
      boolean last = later.isEmpty();
      Batches batches = Batches.of(file, base, gapless);
      if (batches.bytes() < Files.size(file) && (clean || !last || batches.isBeforeAnother())) {
        return Optional.of(damagedAt(file, batches.bytes()));
      }
      if (!last && gapless && batches.next() < later.firstKey()) {
        return Optional.of("lacks offset " + batches.next());
      }
      if (!last && batches.next() > later.firstKey()) {
        return Optional.of("has offset %d in two files".formatted(later.firstKey()));
      }
    }
    return Optional.empty();
  }

  /**
   * Whether something in it cannot be read, before an offset.
   *
   * @param recovered first offset that Kafka will read again when it starts, cutting off what it
   *     cannot read
   */
  boolean isDamagedBefore(long recovered) throws IOException {
    for (Map.Entry<Long, Path> file : files.entrySet()) {
      Batches batches = Batches.of(file.getValue(), file.getKey(), false);
      if (batches.bytes() < Files.size(file.getValue()) && batches.next() < recovered) {
        return true;
      }
    }
    return false;
  }

  private static String damagedAt(Path file, long bytes) {
    return "is damaged in its file %s at byte %d".formatted(file.getFileName(), bytes);
  }
}
