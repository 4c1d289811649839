package io.flowledger.deploy.acknowledged;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.flowledger.deploy.acknowledged.Acknowledged.Extent;
import io.flowledger.deploy.acknowledged.Acknowledged.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;

/**
 * The folder in which Kafka keeps a partition, read without Kafka: while it runs, to see how far
 * the partition goes, and before it starts, to see whether it still goes as far.
 */
final class PartitionFolder {

  private static final Pattern SEGMENT = Pattern.compile("\\d{20}\\.log");
  private static final String NAME_FILE = "partition.metadata";
  private static final Pattern NAME =
      Pattern.compile("version: 0\\ntopic_id: (?<id>[\\w-]{22})\\s*");
  private static final int SUFFIX = ".log".length();

  /** As many bytes before the end are read at every start, and at most twice as many. */
  private static final long TAIL_BYTES = 2 << 20;

  private final Path folder;

  PartitionFolder(Path folder) {
    this.folder = folder;
  }

  Path file(long base) {
    return folder.resolve("%020d.log".formatted(base));
  }

  /** The segments by the offsets that they begin with, in their order. */
  List<Long> bases() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> SEGMENT.matcher(name).matches())
          .map(name -> Long.parseLong(name.substring(0, name.length() - SUFFIX)))
          .sorted()
          .toList();
    }
  }

  /** The identifier of the topic; empty where it is not there, or is none. */
  Optional<Uuid> topicId() {
    try {
      Matcher name = NAME.matcher(Files.readString(folder.resolve(NAME_FILE), ISO_8859_1));
      return name.matches() ? Optional.of(Uuid.fromString(name.group("id"))) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Makes it the folder of a topic of that identifier. */
  void name(Uuid id) throws IOException {
    Files.writeString(folder.resolve(NAME_FILE), "version: 0\ntopic_id: %s\n".formatted(id));
  }

  // ---- how far it goes -------------------------------------------------------------------------

  /**
   * How far it goes now, all of it on disk when this returns. Never less than was known before.
   *
   * @param whole whether it keeps every record for ever
   */
  Extent extent(boolean whole, Optional<Extent> known) throws IOException {
    List<Long> bases = bases();
    if (bases.isEmpty()) {
      throw new IOException("there is no segment in " + folder);
    }
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; whole && i < bases.size() - 1; i++) {
      segments.add(sealed(bases.get(i), known));
    }
    return last(bases.get(bases.size() - 1), segments, known);
  }

  private Segment sealed(long base, Optional<Extent> known) throws IOException {
    Segment segment = new Segment(base, Files.size(file(base)));
    if (known.isEmpty() || !known.get().segments().contains(segment)) {
      try (LogFile records = LogFile.open(file(base))) {
        records.force();
      }
    }
    return segment;
  }

  private Extent last(long base, List<Segment> before, Optional<Extent> known) throws IOException {
    Optional<Extent> same = known.filter(extent -> extent.last().base() == base);
    long bytes = same.map(extent -> extent.last().bytes()).orElse(0L);
    long tail = same.map(Extent::tail).orElse(0L);
    long end = same.map(Extent::end).orElse(base);
    long boundary = bytes;
    try (LogFile records = LogFile.open(file(base))) {
      if (records.bytes() > bytes) {
        for (FileChannelRecordBatch batch : records.batchesFrom(bytes)) {
          bytes = batch.position() + (long) batch.sizeInBytes();
          end = batch.nextOffset();
          if (bytes - tail > 2 * TAIL_BYTES) {
            tail = boundary;
            boundary = bytes;
          }
        }
        records.force();
      }
    }
    before.add(new Segment(base, bytes));
    return new Extent(end, tail, List.copyOf(before));
  }

  // ---- whether it still goes as far ------------------------------------------------------------

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
    List<Long> bases = bases();
    long end = bases.isEmpty() ? 0 : endOf(bases.get(bases.size() - 1));
    return end >= known.end()
        ? Optional.empty()
        : Optional.of(
            "can be read up to offset %d, acknowledged is %d".formatted(end - 1, known.end() - 1));
  }

  private Optional<String> lacks(Segment segment, long from, long end, boolean gapless)
      throws IOException {
    Path file = file(segment.base());
    if (!Files.exists(file)) {
      return Optional.of("lacks its file " + file.getFileName());
    }
    if (Files.size(file) < segment.bytes()) {
      return Optional.of(
          "has %d bytes in its file %s, acknowledged are %d"
              .formatted(Files.size(file), file.getFileName(), segment.bytes()));
    }
    Reading reading = new Reading(from == 0 ? segment.base() : -1, gapless);
    reading.read(file, from, segment.bytes());
    return reading.bytes == segment.bytes() && (from == segment.bytes() || reading.next == end)
        ? Optional.empty()
        : Optional.of(damagedAt(file, reading.bytes));
  }

  /**
   * Offset after the last record that can be read, 0 when there is none.
   *
   * @param known as far as it has been read before
   */
  long end(Optional<Extent> known) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    long end = known.map(Extent::end).orElse(0L);
    List<Long> bases = bases();
    for (int i = 0; i < bases.size(); i++) {
      long base = bases.get(i);
      boolean covered = i + 1 < bases.size() && bases.get(i + 1) <= end;
      if (!covered) {
        boolean goesOn = known.isPresent() && known.get().last().base() == base;
        Reading reading = new Reading(goesOn ? end : base, false);
        reading.read(file(base), goesOn ? known.get().last().bytes() : 0, Long.MAX_VALUE);
        end = Math.max(end, reading.next);
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
    List<Long> bases = bases();
    for (int i = 0; i < bases.size(); i++) {
      boolean last = i + 1 == bases.size();
      Path file = file(bases.get(i));
      Reading reading = new Reading(bases.get(i), gapless);
      reading.read(file, 0, Long.MAX_VALUE);
      if (reading.bytes < Files.size(file) && (clean || !last)) {
        return Optional.of(damagedAt(file, reading.bytes));
      }
      if (!last && gapless && reading.next != bases.get(i + 1)) {
        return Optional.of("lacks offset " + reading.next);
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
    for (long base : bases()) {
      Reading reading = new Reading(base, false);
      reading.read(file(base), 0, Long.MAX_VALUE);
      if (reading.bytes < Files.size(file(base)) && reading.next < recovered) {
        return true;
      }
    }
    return false;
  }

  private static String damagedAt(Path file, long bytes) {
    return "is damaged in its file %s at byte %d".formatted(file.getFileName(), bytes);
  }

  private long endOf(long base) throws IOException {
    Reading reading = new Reading(base, false);
    reading.read(file(base), 0, Long.MAX_VALUE);
    return reading.next;
  }

  /** Batches of a segment that are whole, one after the other. */
  private static final class Reading {
    private final boolean gapless;
    long bytes;
    long next;

    /**
     * @param next offset of the first batch, -1 where it is not known
     */
    Reading(long next, boolean gapless) {
      this.next = next;
      this.gapless = gapless;
    }

    void read(Path file, long from, long to) throws IOException {
      bytes = from;
      try (LogFile records = LogFile.open(file)) {
        for (FileChannelRecordBatch batch : records.batchesFrom(from)) {
          if (bytes >= to || !follows(batch)) {
            return;
          }
          batch.ensureValid();
          bytes = batch.position() + (long) batch.sizeInBytes();
          next = batch.nextOffset();
        }
      } catch (RuntimeException damaged) {
        return; // up to here it is whole
      }
    }

    private boolean follows(FileChannelRecordBatch batch) {
      long base = batch.baseOffset();
      return next < 0 || base == next || !gapless && base > next;
    }
  }
}
