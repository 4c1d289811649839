package io.flowledger.deploy.acknowledged;

import static java.util.Objects.requireNonNull;

import io.flowledger.deploy.acknowledged.Acknowledged.Extent;
import io.flowledger.deploy.acknowledged.Acknowledged.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What is in the files of a partition beside its records. Kafka ends at it, or takes it for the
 * end; nothing acknowledged is in it.
 */
final class LogEnd {

  private final boolean whole;
  private final boolean clean;
  private final List<Path> strays = new ArrayList<>();
  private final List<Cut> cuts = new ArrayList<>();
  private Optional<String> gap = Optional.empty();

  private LogEnd(boolean whole, boolean clean) {
    this.whole = whole;
    this.clean = clean;
  }

  /**
   * Bytes behind the last record of a file.
   *
   * @param bytes as many as belong to it
   */
  record Cut(Path file, long bytes) {}

  /**
   * Reads the files behind what is known, or all of them.
   *
   * @param files by the offsets that they begin with
   * @param known what they have for certain
   * @param whole whether there is a record at every offset
   * @param clean whether nothing was being written when they were left: if it was, Kafka cuts off
   *     what it cannot read at the end
   */
  static LogEnd of(
      SortedMap<Long, Path> files, Optional<Extent> known, boolean whole, boolean clean)
      throws IOException {
    LogEnd end = new LogEnd(whole, clean);
    if (known.isPresent()) {
      end.readBehind(files, known.get());
    } else if (!files.isEmpty()) {
      long base = files.firstKey();
      Path file = requireNonNull(files.get(base));
      end.go(files.tailMap(base + 1), file, Batches.of(file, base, whole));
    }
    return end;
  }

  /**
   * Looks only for files without records that would hide those of others.
   *
   * @param files by the offsets that they begin with
   */
  static LogEnd ofSpare(SortedMap<Long, Path> files) throws IOException {
    LogEnd end = new LogEnd(false, false);
    end.readBefore(files);
    return end;
  }

  /** Files that do not belong to it. */
  List<Path> strays() {
    return strays;
  }

  List<Cut> cuts() {
    return cuts;
  }

  /** Which records are missing before others that there are, in words. */
  Optional<String> gap() {
    return gap;
  }

  private void readBehind(SortedMap<Long, Path> files, Extent known) throws IOException {
    Segment last = known.last();
    Path file = files.get(last.base());
    if (file == null || Files.size(file) < last.bytes()) {
      return; // of a compacted topic, and another one now
    }
    if (whole) {
      readBefore(files.headMap(last.base()), known);
    } else {
      readBefore(files.headMap(last.base()));
    }
    go(
        files.tailMap(last.base() + 1),
        file,
        Batches.read(file, last.bytes(), Long.MAX_VALUE, known.end(), whole));
  }

  /** Those that are complete are as long as is known, for ever. */
  private void readBefore(SortedMap<Long, Path> files, Extent known) throws IOException {
    for (Map.Entry<Long, Path> each : files.entrySet()) {
      Optional<Segment> segment =
          known.segments().stream().filter(one -> one.base() == each.getKey()).findAny();
      if (segment.isEmpty()) {
        strays.add(each.getValue());
      } else if (Files.size(each.getValue()) > segment.get().bytes()) {
        cuts.add(new Cut(each.getValue(), segment.get().bytes()));
      }
    }
  }

  /** One without records, within another, would hide the records of that. */
  private void readBefore(SortedMap<Long, Path> files) throws IOException {
    for (Map.Entry<Long, Path> each : files.entrySet()) {
      long base = each.getKey();
      SortedMap<Long, Path> before = files.headMap(base);
      boolean empty = Batches.read(each.getValue(), 0, 1, base, false).bytes() == 0;
      if (empty && !before.isEmpty() && PartitionAtRest.endOfLast(before) > base) {
        strays.add(each.getValue());
      }
    }
  }

  private void go(SortedMap<Long, Path> behind, Path first, Batches firstBatches)
      throws IOException {
    Path file = first;
    Batches batches = firstBatches;
    for (Map.Entry<Long, Path> each : behind.entrySet()) {
      long base = each.getKey();
      Batches those = Batches.of(each.getValue(), base, whole);
      boolean follows = base == batches.next() || base > batches.next() && those.bytes() > 0;
      if (!follows) {
        strays.add(each.getValue());
        continue;
      }
      boolean afterGap = whole && base > batches.next();
      if (afterGap) {
        gap = Optional.of("lacks offset " + batches.next());
      }
      if (batches.bytes() < Files.size(file) && (clean || !afterGap)) {
        cuts.add(new Cut(file, batches.bytes())); // Kafka would delete what follows
      }
      file = each.getValue();
      batches = those;
    }
    if (whole && batches.isBeforeLater()) {
      gap = Optional.of("lacks offset " + batches.next());
    }
    if (batches.bytes() < Files.size(file) && (clean || batches.isBeforeAnother())) {
      cuts.add(new Cut(file, batches.bytes()));
    }
  }
}
