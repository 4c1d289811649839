package io.flowledger.schemas.serde;

import io.flowledger.event.Origin;
import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.registry.SubjectNameStrategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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
 * Avro records in Confluent's wire format: which schema, see {@link Framing}, and the record in
 * Avro's binary encoding. Written with the schema's number in the registry.
 *
 * <p>Writing never touches the network: the schemas of a topic are registered once with {@link
 * #register}. Reading asks the registry only about schemas not seen before.
 */
public final class EventSerde {

  private static final Logger LOG = LoggerFactory.getLogger(EventSerde.class);

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
  private final SubjectNameStrategy subjects;
  private final Map<String, Writer> writers = new ConcurrentHashMap<>();
  private final Map<Integer, SpecificDatumReader<SpecificRecord>> readersByNumber =
      new ConcurrentHashMap<>();
  private final Map<UUID, SpecificDatumReader<SpecificRecord>> readersByGuid =
      new ConcurrentHashMap<>();

  /** Under {@link SubjectNameStrategy#TOPIC_RECORD}. */
  public EventSerde(SchemaRegistry registry) {
    this(registry, SubjectNameStrategy.TOPIC_RECORD);
  }

  public EventSerde(SchemaRegistry registry, SubjectNameStrategy subjects) {
    this(registry, subjects, EventTypes::byName);
  }

  /**
   * @param types those that are known, by their full names; a build that is older knows fewer
   */
  public EventSerde(
      SchemaRegistry registry,
      SubjectNameStrategy subjects,
      Function<String, Optional<Schema>> types) {
    this.registry = registry;
    this.types = types;
    this.subjects = subjects;
  }

  private static boolean isGenerated(Class<?> type) {
    return type.getPackage() == Origin.class.getPackage();
  }

  /** Makes the value of a record, framed. */
  private interface Writer {
    byte[] write(SpecificRecord event);
  }

  /** What the bytes of a record turned out to be. */
  public sealed interface Decoded {
    /** A record of a type that this build knows. */
    record Known(SpecificRecord event) implements Decoded {}

    /** Bytes that this build cannot read, and why. */
    record Unreadable(String reason) implements Decoded {}
  }

  /**
   * Makes the schemas known to the registry. Blocks.
   *
   * @throws SchemaRegistry.SchemaRegistryException when the registry cannot be reached
   */
  public void register(String topic, List<Schema> schemas) {
    for (Schema schema : schemas) {
      int number = registry.register(subjects.subject(topic, schema), schema);
      var datumWriter = new SpecificDatumWriter<SpecificRecord>(schema, GENERATED);
      writers.put(schema.getFullName(), event -> write(number, datumWriter, event));
    }
  }

  /**
   * Lets another serializer write what goes to a topic. It is asked for a record of each type at
   * once, so that what it does once, such as to ask a registry, is done when events come. Blocks.
   *
   * @throws SchemaRegistry.SchemaRegistryException when it fails, or writes what cannot be read
   */
  public void register(String topic, List<Schema> schemas, ForeignSerializer serializer) {
    for (Schema schema : schemas) {
      SpecificRecord sample = SampleRecord.of(schema);
      byte[] value = serializer.serialize(topic, sample);
      if (!new Decoded.Known(sample).equals(deserialize(value))) {
        throw new SchemaRegistry.SchemaRegistryException(
            "what %s writes as %s is not read as that: %s"
                .formatted(serializer, schema.getFullName(), deserialize(value)));
      }
      writers.put(schema.getFullName(), event -> serializer.serialize(topic, event));
    }
  }

  /**
   * The record in Confluent's wire format.
   *
   * @throws IllegalStateException when the type has not been registered
   */
  public byte[] serialize(SpecificRecord event) {
    Writer writer = writers.get(event.getSchema().getFullName());
    if (writer == null) {
      throw new IllegalStateException("not registered: " + event.getSchema().getFullName());
    }
    return writer.write(event);
  }

  private static byte[] write(
      int number, SpecificDatumWriter<SpecificRecord> datumWriter, SpecificRecord event) {
    ArrayEncoder out = new ArrayEncoder();
    Framing.putNumber(number, out);
    try {
      datumWriter.write(event, out);
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory", impossible);
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
   * @param bytes value of a record, {@linkplain Framing#framed framed}
   * @throws SchemaRegistry.SchemaRegistryException when the registry cannot be asked about a new
   *     schema: the record may be fine, so this is no verdict on it
   */
  public Decoded deserialize(byte[] bytes) {
    if (Framing.hasNumber(bytes)) {
      int number = Framing.number(bytes);
      SpecificDatumReader<SpecificRecord> known = readersByNumber.get(number);
      return known != null
          ? read(known, bytes, Framing.NUMBER_BYTES, "id " + number)
          : readNew(
              registry.schema(number),
              reader -> readersByNumber.put(number, reader),
              bytes,
              Framing.NUMBER_BYTES,
              "id " + number);
    }
    if (Framing.hasGuid(bytes)) {
      UUID guid = Framing.guid(bytes);
      SpecificDatumReader<SpecificRecord> known = readersByGuid.get(guid);
      return known != null
          ? read(known, bytes, Framing.GUID_BYTES, "guid " + guid)
          : readNew(
              registry.schema(guid),
              reader -> readersByGuid.put(guid, reader),
              bytes,
              Framing.GUID_BYTES,
              "guid " + guid);
    }
    return new Decoded.Unreadable("not in Confluent's wire format (magic byte 0, schema id)");
  }

  private interface NewReader {
    void remember(SpecificDatumReader<SpecificRecord> reader);
  }

  private Decoded readNew(
      Optional<Schema> writerSchema, NewReader created, byte[] bytes, int start, String id) {
    if (writerSchema.isEmpty()) {
      return new Decoded.Unreadable("schema " + id + " is not in the registry");
    }
    String name = writerSchema.get().getFullName();
    Optional<Schema> readerSchema = types.apply(name);
    if (readerSchema.isEmpty()) {
      return new Decoded.Unreadable("record type " + name + " is not known to this version");
    }
    var reader = new SpecificDatumReader<SpecificRecord>(writerSchema.get(), readerSchema.get());
    created.remember(reader);
    return read(reader, bytes, start, id);
  }

  private static Decoded read(
      SpecificDatumReader<SpecificRecord> reader, byte[] bytes, int start, String id) {
    try {
      return new Decoded.Known(
          reader.read(
              null, DecoderFactory.get().binaryDecoder(bytes, start, bytes.length - start, null)));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Avro skips what it does not know by recursion. The reason is kept in views, so it must not
      // change with the wording of a library.
      LOG.debug("unreadable", e);
      return new Decoded.Unreadable("not readable with schema " + id);
    }
  }
}
