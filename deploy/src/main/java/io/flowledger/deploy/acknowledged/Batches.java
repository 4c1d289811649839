package io.flowledger.deploy.acknowledged;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;

/** Batches of a file that are whole, and follow one another. */
final class Batches {

  private final boolean gapless;
  private long bytes;
  private long next;
  private boolean another;
  private boolean later;

  private Batches(long next, boolean gapless) {
    this.next = next;
    this.gapless = gapless;
  }

  /**
   * Reads a part of a file.
   *
   * @param from byte that a batch begins at
   * @param to byte that one ends at, or anything behind
   * @param next offset of the first batch, -1 where it is not known
   * @param gapless whether there is a record at every offset
   * @throws IOException when it cannot be opened
   */
  static Batches read(Path file, long from, long to, long next, boolean gapless)
      throws IOException {
    Batches batches = new Batches(next, gapless);
    batches.read(file, from, to);
    return batches;
  }

  /** All of a file that begins with an offset. */
  static Batches of(Path file, long base, boolean gapless) throws IOException {
    return read(file, 0, Long.MAX_VALUE, base, gapless);
  }

  /** Offset after the last record of a file. */
  static long endOf(Path file, long base) throws IOException {
    return of(file, base, false).next();
  }

  /** Byte after the last of them. */
  long bytes() {
    return bytes;
  }

  /** Offset after the last record in them. */
  long next() {
    return next;
  }

  /** Whether there is a whole one behind them, which does not follow, or is behind damage. */
  boolean isBeforeAnother() {
    return another;
  }

  /** Whether there are later records behind them, and those between are missing. */
  boolean isBeforeLater() {
    return later;
  }

  private void read(Path file, long from, long to) throws IOException {
    bytes = from;
    try (LogFile records = LogFile.open(file)) {
      for (FileChannelRecordBatch batch : records.batchesFrom(from)) {
        if (bytes >= to) {
          return;
        }
        batch.ensureValid();
        if (!follows(batch)) {
          another = true;
          later = batch.baseOffset() > next;
          return;
        }
        bytes = batch.position() + (long) batch.sizeInBytes();
        next = batch.nextOffset();
      }
    } catch (RuntimeException damaged) { // up to here it is whole
      later = LaterBatch.isIn(file, bytes, Math.max(next, 0));
      another = later;
    }
  }

  private boolean follows(FileChannelRecordBatch batch) {
    long base = batch.baseOffset();
    return next < 0 || base == next || !gapless && base > next;
  }
}
