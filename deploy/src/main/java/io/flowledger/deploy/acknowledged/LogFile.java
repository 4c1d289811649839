package io.flowledger.deploy.acknowledged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;
import org.apache.kafka.common.record.internal.FileRecords;

/** A file of batches that is only read, as long as it was when it was opened. */
final class LogFile implements AutoCloseable {

  private final FileRecords records;

  private LogFile(FileRecords records) {
    this.records = records;
  }

  /**
   * @throws KafkaException when it is no file, as a pipe, which would be waited for
   */
  static LogFile open(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new KafkaException(file + " is no file");
    }
    return new LogFile(FileRecords.open(file.toFile(), false));
  }

  /** How long it was when it was opened. */
  long bytes() {
    return records.sizeInBytes();
  }

  /** Its batches from a byte on that one begins at. */
  Iterable<FileChannelRecordBatch> batchesFrom(long position) {
    return records.batchesFrom(Math.toIntExact(position));
  }

  /** What was there when it was opened is on disk when this returns. */
  void force() throws IOException {
    records.flush();
  }

  /** An ordinary close would cut off what Kafka has appended meanwhile. */
  @Override
  public void close() throws IOException {
    records.closeHandlers();
  }
}
