package io.flowledger.deploy.acknowledged;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of the log that is being written is read, and stays what it is. */
class LogFileTest {

  @TempDir private Path folder;

  private static void append(Path file, long offset) throws IOException {
    try (FileRecords records = FileRecords.open(file.toFile())) {
      records.append(
          MemoryRecords.withRecords(
              offset, Compression.NONE, new SimpleRecord("value".getBytes(UTF_8))));
    }
  }

  private static int batches(LogFile log) {
    int batches = 0;
    for (FileChannelRecordBatch batch : log.batchesFrom(0)) {
      batch.ensureValid();
      batches++;
    }
    return batches;
  }

  @Test
  void whatIsAppendedMeanwhileIsNeitherReadNorCutOff() throws IOException {
    Path file = folder.resolve("0.log");
    append(file, 0);
    long before = Files.size(file);
    try (LogFile log = LogFile.open(file)) {
      append(file, 1);
      log.force();
      assertThat(batches(log)).isEqualTo(1);
      assertThat(log.bytes()).isEqualTo(before);
    }
    assertThat(file).hasSize(2 * before);
  }

  @Test
  void aBatchThatIsNotWholeIsNotRead() throws IOException {
    Path file = folder.resolve("0.log");
    append(file, 0);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, 20), StandardOpenOption.APPEND);
    try (LogFile log = LogFile.open(file)) {
      assertThat(batches(log)).isEqualTo(1);
    }
  }
}
