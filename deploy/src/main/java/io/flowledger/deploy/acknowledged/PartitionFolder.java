package io.flowledger.deploy.acknowledged;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.flowledger.deploy.acknowledged.Acknowledged.Extent;
import io.flowledger.deploy.acknowledged.Acknowledged.Segment;
import io.flowledger.projector.files.SmallFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;

/**
 * The folder in which Kafka keeps a partition, read without Kafka while it runs, to see how far the
 * partition goes.
 */
final class PartitionFolder {

  private static final String NAME_FILE = "partition.metadata";
  private static final Pattern NAME =
      Pattern.compile("version: 0\\ntopic_id: (?<id>[\\w-]{22})\\s*");

  /** As many bytes before the end are read at every start, and at most twice as many. */
  private static final long TAIL_BYTES = 2 << 20;

  private final Path folder;

  PartitionFolder(Path folder) {
    this.folder = folder;
  }

  private Path file(long base) {
    return folder.resolve("%020d.log".formatted(base));
  }

  /** The identifier of the topic; empty where it is not there, or is none. */
  Optional<Uuid> topicId() {
    try {
      Matcher name =
          NAME.matcher(SmallFiles.text(folder.resolve(NAME_FILE), ISO_8859_1).orElse(""));
      return name.matches() ? Optional.of(Uuid.fromString(name.group("id"))) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Makes it the folder of a topic of that identifier. */
  void name(Uuid id) throws IOException {
    Files.writeString(folder.resolve(NAME_FILE), "version: 0\ntopic_id: %s\n".formatted(id));
  }

  /**
   * How far it goes now, all of it on disk when this returns. Never less than was known before.
   *
   * @param whole whether it keeps every record for ever
   */
  Extent extent(boolean whole, Optional<Extent> known) throws IOException {
    List<Long> bases = List.copyOf(SegmentFiles.now(folder).keySet());
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
}
