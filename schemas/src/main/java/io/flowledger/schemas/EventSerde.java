package io.flowledger.schemas;

import io.flowledger.event.Origin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Avro records in Confluent's wire format: one magic byte 0, the schema's registry number as four
 * bytes big-endian, the record in Avro's binary encoding.
 *
 * <p>Writing never touches the network: the schemas of a topic are registered once with {@link
 * #register}. Reading asks the registry only about numbers not seen before.
 */
public final class EventSerde {

  private static final Logger LOG = LoggerFactory.getLogger(EventSerde.class);
  private static final byte MAGIC = 0;
  private static final int HEADER_BYTES = 5;

  // Writes with the code that is generated for each type, not by interpreting its schema. Reading
  // with it is a fifth faster too, but it believes the bytes how long a list is: a damaged record
  // makes it ask for all memory.
  private static final SpecificData GENERATED = new SpecificData();

  static {
    GENERATED.setCustomCoders(true);
    // Avro makes objects of the classes that schemas name only where it is told to trust them.
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(), EventSerde::isGenerated));
  }

  private final SchemaRegistry registry;
  private final Function<String, Optional<Schema>> types;
  private final Map<String, Writer> writers = new ConcurrentHashMap<>();
  private final Map<Integer, SpecificDatumReader<SpecificRecord>> readers =
      new ConcurrentHashMap<>();

  public EventSerde(SchemaRegistry registry) {
    this(registry, EventTypes::byName);
  }

  /**
   * @param types those that are known, by their full names; a build that is older knows fewer
   */
  public EventSerde(SchemaRegistry registry, Function<String, Optional<Schema>> types) {
    this.registry = registry;
    this.types = types;
  }

  private static boolean isGenerated(Class<?> type) {
    return type.getPackage() == Origin.class.getPackage();
  }

  private record Writer(int schemaId, SpecificDatumWriter<SpecificRecord> datumWriter) {}

  /** What the bytes of a record turned out to be. */
  public sealed interface Decoded {
    /** A record of a type that this build knows. */
    record Known(SpecificRecord event) implements Decoded {}

    /** Bytes that this build cannot read, and why. */
    record Unreadable(String reason) implements Decoded {}
  }

  /**
   * Makes the schemas known to the registry, under {@code TopicRecordNameStrategy}. Blocks.
   *
   * @throws SchemaRegistry.SchemaRegistryException when the registry cannot be reached
   */
  public void register(String topic, List<Schema> schemas) {
    for (Schema schema : schemas) {
      int id = registry.register(EventTypes.subject(topic, schema), schema);
      writers.put(
          schema.getFullName(), new Writer(id, new SpecificDatumWriter<>(schema, GENERATED)));
    }
  }

  /**
   * The record in Confluent's wire format.
   *
   * @throws IllegalStateException when the type has not been {@linkplain #register registered}
   */
  public byte[] serialize(SpecificRecord event) {
    Writer writer = writers.get(event.getSchema().getFullName());
    if (writer == null) {
      throw new IllegalStateException("not registered: " + event.getSchema().getFullName());
    }
    ArrayEncoder out = new ArrayEncoder();
    out.writeByte(MAGIC);
    int id = writer.schemaId();
    out.writeByte(id >>> 24);
    out.writeByte(id >>> 16);
    out.writeByte(id >>> 8);
    out.writeByte(id);
    try {
      writer.datumWriter().write(event, out);
    } catch (IOException impossible) {
      throw new java.io.UncheckedIOException("writing to memory", impossible);
    }
    return out.toByteArray();
  }

  /** What {@link #deserialize} makes of a record's value, where it is a record that is known. */
  public Optional<SpecificRecord> event(byte @Nullable [] value) {
    return value != null && deserialize(value) instanceof Decoded.Known known
        ? Optional.of(known.event())
        : Optional.empty();
  }

  /**
   * Reads one record; never throws on bad bytes, since a log may hold what others wrote.
   *
   * @throws SchemaRegistry.SchemaRegistryException when the registry cannot be asked about a new
   *     schema number: the record may be fine, so this is no verdict on it
   */
  public Decoded deserialize(byte[] bytes) {
    if (bytes.length < HEADER_BYTES || bytes[0] != MAGIC) {
      return new Decoded.Unreadable("not in Confluent's wire format (magic byte 0, schema id)");
    }
    int id = ByteBuffer.wrap(bytes).getInt(1);
    SpecificDatumReader<SpecificRecord> reader = readers.get(id);
    if (reader == null) {
      Optional<Schema> writerSchema = registry.schema(id);
      if (writerSchema.isEmpty()) {
        return new Decoded.Unreadable("schema id " + id + " is not in the registry");
      }
      String name = writerSchema.get().getFullName();
      Optional<Schema> readerSchema = types.apply(name);
      if (readerSchema.isEmpty()) {
        return new Decoded.Unreadable("record type " + name + " is not known to this version");
      }
      reader = new SpecificDatumReader<>(writerSchema.get(), readerSchema.get());
      readers.put(id, reader);
    }
    try {
      return new Decoded.Known(
          reader.read(
              null,
              DecoderFactory.get()
                  .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null)));
    } catch (IOException | RuntimeException e) {
      // The reason is kept in views, so it must not change with the wording of a library.
      LOG.debug("unreadable", e);
      return new Decoded.Unreadable("not readable with schema id " + id);
    }
  }
}
