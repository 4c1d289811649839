package io.flowledger.deploy.cli.transfer;

import io.flowledger.deploy.cli.Faults;
import io.flowledger.projector.text.AvroJson;
import io.flowledger.projector.text.JsonText;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;

/**
 * An exported Avro file as the lines that its export as JSON would have had, as far as an import
 * needs them. They are made here, so that a server reads one format only: a damaged file makes
 * whoever reads it ask for more memory than there is.
 */
final class AvroLines extends InputStream {

  private final DataFileReader<GenericRecord> records;
  private final long size;
  private byte[] line = {};
  private int next;

  AvroLines(Path file) throws IOException {
    this.size = Files.size(file);
    this.records = open(file);
  }

  private static DataFileReader<GenericRecord> open(Path file) throws IOException {
    try {
      return new DataFileReader<>(file.toFile(), new GenericDatumReader<>());
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw damaged(e);
    }
  }

  /** What Avro makes of a damaged file is any exception, and tries to hold what is not there. */
  private static IOException damaged(Throwable cause) {
    return new IOException(
        "it is damaged, or no Avro file"
            + Faults.reason(cause).map(why -> " (" + why + ")").orElse(""),
        cause);
  }

  @Override
  public int read() throws IOException {
    return hasMore() ? line[next++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (!hasMore()) {
      return -1;
    }
    int count = Math.min(length, line.length - next);
    System.arraycopy(line, next, bytes, offset, count);
    next += count;
    return count;
  }

  private boolean hasMore() throws IOException {
    try {
      while (next == line.length && records.hasNext()) {
        line = line(records.next());
        next = 0;
      }
      if (next == line.length && records.previousSync() != size) {
        throw new EOFException("it ends in the middle of a block");
      }
      return next < line.length;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw damaged(e);
    }
  }

  private static byte[] line(GenericRecord record) {
    IndexedRecord event = (IndexedRecord) record.get("event");
    JsonText json =
        new JsonText(512)
            .raw("{\"type\": ")
            .string(event == null ? null : event.getSchema().getName())
            .raw(", \"verdict\": ")
            .string(String.valueOf(record.get("verdict")))
            .raw(", \"event\": ");
    if (event == null) {
      json.string(null);
    } else {
      AvroJson.write(event, json);
    }
    return json.raw("}\n").toBytes();
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
