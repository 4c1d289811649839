package io.flowledger.deploy.acknowledged;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * A whole batch somewhere behind bytes of a file that are none: then these are no end that was
 * being written, but damage.
 */
final class LaterBatch {

  private static final int MAGIC_AT = 16;
  private static final int BYTES_AT = 8; // of what follows that number
  private static final int HEAD = 12;
  private static final long MOST_AHEAD = 1L << 31; // as Kafka has it within a file

  private LaterBatch() {}

  /**
   * Whether there is one.
   *
   * @param from byte that no batch begins at
   * @param next offset that it has to be behind
   */
  static boolean isIn(Path file, long from, long next) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long bytes = channel.size();
      if (bytes > Integer.MAX_VALUE || bytes - from <= DefaultRecordBatch.RECORD_BATCH_OVERHEAD) {
        return false;
      }
      ByteBuffer all = channel.map(MapMode.READ_ONLY, from, bytes - from);
      int last = all.capacity() - DefaultRecordBatch.RECORD_BATCH_OVERHEAD;
      for (int at = 1; at <= last; at++) {
        if (all.get(at + MAGIC_AT) == RecordBatch.MAGIC_VALUE_V2 && isOne(all, at, next)) {
          return true;
        }
      }
      return false;
    }
  }

  private static boolean isOne(ByteBuffer all, int at, long next) {
    long offset = all.getLong(at);
    int bytes = all.getInt(at + BYTES_AT);
    if (offset <= next
        || offset - next > MOST_AHEAD
        || bytes < DefaultRecordBatch.RECORD_BATCH_OVERHEAD - HEAD
        || bytes > all.capacity() - at - HEAD) {
      return false;
    }
    for (RecordBatch batch : MemoryRecords.readableRecords(all.slice(at, HEAD + bytes)).batches()) {
      return batch.isValid();
    }
    return false;
  }
}
