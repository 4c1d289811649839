package io.flowledger.query.log;

import io.flowledger.projector.text.Sink;
import io.flowledger.query.answer.Listing;
import io.flowledger.query.answer.ShownRow;
import io.flowledger.schemas.EventTypes;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.jspecify.annotations.Nullable;

/**
 * Renders records as an Avro object container file. Its records are envelopes around the events:
 * with an event comes where it was and what became of it, which a bare union could not say.
 */
final class AvroFile implements Listing.Renderer<LogRow> {

  private static final int FAST = 1;

  private static final Schema SCHEMA =
      SchemaBuilder.record("ExportedRecord")
          .namespace("io.flowledger.export")
          .doc("A record of the log of Flowledger.")
          .fields()
          .name("position")
          .doc("Partition and offset; null for a heartbeat.")
          .type(nullable(Schema.create(Schema.Type.STRING)))
          .noDefault()
          .name("verdict")
          .doc("What became of it: applied, superseded or rejected.")
          .type(Schema.create(Schema.Type.STRING))
          .noDefault()
          .name("reason")
          .doc("Why it was not applied; null where it was.")
          .type(nullable(Schema.create(Schema.Type.STRING)))
          .noDefault()
          .name("event")
          .doc("The event, or a heartbeat; null for a record that cannot be read.")
          .type(
              nullable(
                  Stream.of(EventTypes.EVENTS, EventTypes.HEARTBEATS)
                      .flatMap(List::stream)
                      .toArray(Schema[]::new)))
          .noDefault()
          .endRecord();

  private final Target target = new Target();
  private @Nullable DataFileWriter<GenericRecord> file;

  private static Schema nullable(Schema... types) {
    return Schema.createUnion(
        Stream.concat(Stream.of(Schema.create(Schema.Type.NULL)), Stream.of(types)).toList());
  }

  /** Where the file goes: with each chunk of the answer to another sink. */
  private static final class Target extends OutputStream {
    private @Nullable Sink sink;

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      if (sink != null) {
        sink.write(bytes, offset, length);
      }
    }
  }

  /** Nodes give each other the lines of a row one after another, each behind its length. */
  static ShownRow.Form<LogRow> form() {
    return new ShownRow.Form<>() {
      @Override
      public byte[] shown(LogRow row) {
        return encode(row);
      }

      @Override
      public Listing.Renderer<byte[]> joined() {
        AvroFile file = new AvroFile();
        return new Listing.Renderer<>() {
          @Override
          public void render(byte[] encoded, Sink sink) {
            file.renderEncoded(encoded, sink);
          }

          @Override
          public void finish(Sink sink) {
            file.finish(sink);
          }
        };
      }
    };
  }

  private static byte[] encode(LogRow row) {
    try {
      SpecificDatumWriter<GenericRecord> writer = new SpecificDatumWriter<>(SCHEMA);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      DataOutputStream lengths = new DataOutputStream(all);
      for (LogRow.Line line : row.lines()) {
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(one, null);
        writer.write(toRecord(line), encoder);
        encoder.flush();
        lengths.writeInt(one.size());
        one.writeTo(lengths);
      }
      return all.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  private void renderEncoded(byte[] encoded, Sink sink) {
    try {
      DataFileWriter<GenericRecord> into = file(sink);
      ByteBuffer lines = ByteBuffer.wrap(encoded);
      while (lines.hasRemaining()) {
        int length = lines.getInt();
        into.appendEncoded(lines.slice(lines.position(), length));
        lines.position(lines.position() + length);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  @Override
  public void render(LogRow row, Sink sink) {
    try {
      DataFileWriter<GenericRecord> into = file(sink);
      for (LogRow.Line line : row.lines()) {
        into.append(toRecord(line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  /** Writes the last block. */
  @Override
  public void finish(Sink sink) {
    try {
      file(sink).close();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  private DataFileWriter<GenericRecord> file(Sink sink) throws IOException {
    target.sink = sink;
    DataFileWriter<GenericRecord> open = file;
    if (open == null) {
      open = new DataFileWriter<>(new SpecificDatumWriter<GenericRecord>(SCHEMA));
      open.setCodec(CodecFactory.deflateCodec(FAST));
      open.setFlushOnEveryBlock(true);
      open.create(SCHEMA, target);
      file = open;
    }
    return open;
  }

  private static GenericRecord toRecord(LogRow.Line line) {
    GenericRecord record = new GenericData.Record(SCHEMA);
    record.put("position", line.position() == null ? null : line.position().toString());
    record.put("verdict", line.verdict());
    record.put("reason", line.reason());
    record.put("event", line.event());
    return record;
  }
}
