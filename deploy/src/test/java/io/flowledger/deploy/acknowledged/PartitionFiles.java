package io.flowledger.deploy.acknowledged;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Files of a partition as Kafka writes them. */
final class PartitionFiles {

  private PartitionFiles() {}

  /** A batch of one record for each offset. */
  static byte[] batches(long from, long to) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (long offset = from; offset < to; offset++) {
      ByteBuffer batch =
          MemoryRecords.withRecords(
                  offset, Compression.NONE, new SimpleRecord(("record " + offset).getBytes(UTF_8)))
              .buffer();
      byte[] copy = new byte[batch.remaining()];
      batch.get(copy);
      bytes.write(copy);
    }
    return bytes.toByteArray();
  }

  /** Has records of these offsets. */
  static Path write(Path folder, String name, long from, long to) throws IOException {
    return Files.write(folder.resolve(name), batches(from, to));
  }

  static String name(long base, String suffix) {
    return "%020d%s".formatted(base, suffix);
  }
}
