package io.flowledger.schemas.serde;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/** The least record of a type: no text, no entries, no numbers but zero. */
final class SampleRecord {

  private static final int ENOUGH = 4096;

  private SampleRecord() {}

  /** In Avro's binary encoding, the least value of every type is zeros. */
  static SpecificRecord of(Schema schema) {
    try {
      return new SpecificDatumReader<SpecificRecord>(schema)
          .read(null, DecoderFactory.get().binaryDecoder(new byte[ENOUGH], null));
    } catch (IOException impossible) {
      throw new UncheckedIOException("reading from memory", impossible);
    }
  }
}
