package io.flowledger.deploy.acknowledged;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flowledger.projector.files.SmallFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files by which Kafka finds an offset in a segment. They have no checksum, and by a wrong one
 * it leaves records out. To look up each entry in the log takes as long as reading the log, so the
 * checksums of those that were right are noted in a file beside it: a start looks up those that
 * have changed since.
 */
public final class IndexFiles {

  private static final Logger LOG = LoggerFactory.getLogger(IndexFiles.class);
  private static final Pattern NOTE = Pattern.compile("([0-9a-f]{1,8}) (\\d{1,10}) (\\S+)");
  private static final int ENTRY_BYTES = 2 * Integer.BYTES;

  private final Path kafka;
  private final Map<String, String> noted = new HashMap<>();

  private IndexFiles(Path kafka) {
    this.kafka = kafka;
  }

  /**
   * Those of a folder of an embedded Kafka, which need not be there.
   *
   * @param notes file of their checksums; without it, or where it is damaged, each is looked at
   * @throws IOException when it cannot be read
   */
  public static IndexFiles of(Path kafka, Path notes) throws IOException {
    IndexFiles indexes = new IndexFiles(kafka);
    SmallFiles.text(notes, UTF_8)
        .orElse("")
        .lines()
        .map(NOTE::matcher)
        .filter(Matcher::matches)
        .forEach(note -> indexes.noted.put(note.group(3), note.group(1) + " " + note.group(2)));
    return indexes;
  }

  /** Notes how they are now, which is right. A fault is no harm: they are looked up then. */
  public static void note(Path kafka, Path notes) {
    Path next = notes.resolveSibling(notes.getFileName() + ".next");
    try {
      if (Files.exists(notes) && !Files.isRegularFile(notes)) {
        LOG.warn("{} is something else where a file has to be, and not gone by", notes);
        return;
      }
      Map<String, String> now = new TreeMap<>();
      for (Path index : all(kafka)) {
        now.put(
            kafka.relativize(index).toString(),
            checksum(SmallFiles.bytes(index).orElse(new byte[0])));
      }
      Files.write(
          next,
          now.entrySet().stream().map(each -> each.getValue() + " " + each.getKey()).toList());
      Files.move(next, notes, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("cannot note the checksums of indexes: {}", e.toString());
    }
  }

  private static List<Path> all(Path kafka) throws IOException {
    if (!Files.isDirectory(kafka)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(kafka, 2)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".index"))
          .filter(Files::isRegularFile)
          .toList();
    }
  }

  private static String checksum(byte[] bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return Long.toHexString(sum.getValue()) + " " + bytes.length;
  }

  /**
   * Whether one leads elsewhere than into the log. Its entries are an offset within its segment and
   * a byte of the file of that each; it goes by ends of zeros while Kafka runs.
   */
  boolean isDamaged(Path index) throws IOException {
    String name = index.getFileName().toString();
    String base = name.substring(0, name.indexOf('.'));
    Path swapped = index.resolveSibling(base + ".log.swap");
    Path log = Files.exists(swapped) ? swapped : index.resolveSibling(base + ".log");
    byte[] bytes = SmallFiles.bytes(index).orElse(new byte[1]);
    if (!Files.exists(log) || bytes.length % ENTRY_BYTES != 0) {
      return true;
    }
    boolean known = checksum(bytes).equals(noted.get(kafka.relativize(index).toString()));
    return !leadsIntoTheLog(ByteBuffer.wrap(bytes), Long.parseLong(base), log, known);
  }

  /**
   * @param known whether only the last entry is looked up, from which Kafka looks for the end
   */
  private static boolean leadsIntoTheLog(ByteBuffer entries, long base, Path log, boolean known)
      throws IOException {
    int offset = 0;
    int position = 0;
    try (LogFile records = LogFile.open(log)) {
      while (entries.hasRemaining()) {
        int nextOffset = entries.getInt();
        int nextPosition = entries.getInt();
        if (nextOffset != 0 || nextPosition != 0) {
          if (nextOffset < offset
              || nextPosition < position
              || !known && !isAt(records, base + nextOffset, nextPosition, false)) {
            return false;
          }
          offset = nextOffset;
          position = nextPosition;
        }
      }
      return offset == 0 || isAt(records, base + offset, position, true);
    } catch (RuntimeException damaged) {
      return false;
    }
  }

  /** Whether there is a batch at that byte which has that offset. */
  private static boolean isAt(LogFile records, long offset, int position, boolean whole) {
    if (position >= records.bytes()) {
      return false;
    }
    Iterator<FileChannelRecordBatch> batches = records.batchesFrom(position).iterator();
    if (!batches.hasNext()) {
      return false;
    }
    FileChannelRecordBatch batch = batches.next();
    if (whole) {
      batch.ensureValid();
    }
    return batch.baseOffset() <= offset && offset <= batch.lastOffset();
  }
}
