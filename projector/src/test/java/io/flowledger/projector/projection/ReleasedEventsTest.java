package io.flowledger.projector.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.Heartbeat;
import io.flowledger.event.IdsClaimed;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.InMemoryView;
import io.flowledger.projector.fixture.MemoryRegistry;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.serde.EventSerde;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every released version has written is read by this one, and makes the views that the same
 * events make when they are written now. The bytes are in {@code events.hex} of each release: a
 * history of one flow in which every type of event is, with and without what may be missing.
 */
class ReleasedEventsTest {

  private static final Path RELEASED = Path.of("../schemas/src/test/resources/released");
  private static final byte[] KEY = Events.utf8("GoldenFlow");

  /** The registry of an installation that a release has filled; ids by place, from 1. */
  private final MemoryRegistry registry = new MemoryRegistry();

  private record Written(Schema schema, byte[] avro) {
    byte[] framed(int id) {
      return ByteBuffer.allocate(5 + avro.length).put((byte) 0).putInt(id).put(avro).array();
    }

    IndexedRecord asWritten() throws IOException {
      return new GenericDatumReader<IndexedRecord>(schema)
          .read(null, DecoderFactory.get().binaryDecoder(avro, null));
    }
  }

  static Stream<String> releases() throws IOException {
    try (Stream<Path> folders = Files.list(RELEASED)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
    }
  }

  private static List<Written> events(String release) throws IOException {
    Path folder = RELEASED.resolve(release);
    List<Written> events = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("events.hex"))) {
      String[] parts = line.split(" ");
      Schema schema =
          new Schema.Parser().parse(Files.readString(folder.resolve(parts[0] + ".avsc")));
      events.add(new Written(schema, HexFormat.of().parseHex(parts[1])));
    }
    return events;
  }

  private SpecificRecord read(Written event) {
    int id = registry.register("any", event.schema());
    EventSerde.Decoded decoded = new EventSerde(registry).deserialize(event.framed(id));
    assertThat(decoded).isInstanceOf(EventSerde.Decoded.Known.class);
    return ((EventSerde.Decoded.Known) decoded).event();
  }

  /** Every field that the writer knew has the value that it was given. */
  private static void assertHolds(IndexedRecord written, IndexedRecord read) {
    for (Schema.Field field : written.getSchema().getFields()) {
      Object expected = written.get(field.pos());
      Object found = read.get(read.getSchema().getField(field.name()).pos());
      assertSame(field.name(), expected, found);
    }
  }

  private static void assertSame(String field, Object expected, Object found) {
    if (expected instanceof IndexedRecord record) {
      assertHolds(record, (IndexedRecord) found);
    } else if (expected instanceof List<?> list) {
      List<?> others = (List<?>) found;
      assertThat(others).as(field).hasSameSizeAs(list);
      for (int i = 0; i < list.size(); i++) {
        assertSame(field, list.get(i), others.get(i));
      }
    } else if (expected instanceof GenericFixed fixed) {
      assertThat(((GenericFixed) found).bytes()).as(field).isEqualTo(fixed.bytes());
    } else {
      assertThat(Objects.toString(found)).as(field).isEqualTo(Objects.toString(expected));
    }
  }

  @ParameterizedTest
  @MethodSource("releases")
  void areReadWithAllThatTheyHold(String release) throws IOException {
    for (Written event : events(release)) {
      assertHolds(event.asWritten(), read(event));
    }
  }

  @ParameterizedTest
  @MethodSource("releases")
  void makeTheViewsThatTheSameEventsMakeNow(String release) throws IOException {
    EventSerde now = Events.serde();
    InMemoryView ofReleased = new InMemoryView();
    InMemoryView ofNow = new InMemoryView();
    InMemoryView beatsOfReleased = new InMemoryView();
    InMemoryView beatsOfNow = new InMemoryView();
    long offset = 0;
    for (Written event : events(release)) {
      SpecificRecord read = read(event);
      byte[] released = event.framed(registry.register("any", event.schema()));
      EventSerde then = new EventSerde(registry);
      byte[] same = now.serialize(read);
      if (read instanceof Heartbeat) {
        assertThat(new HeartbeatsProjection(then).apply(KEY, released, offset, beatsOfReleased))
            .isEqualTo(Verdict.APPLIED);
        new HeartbeatsProjection(now).apply(KEY, same, offset, beatsOfNow);
      } else if (!(read instanceof IdsClaimed)) {
        assertThat(new EventsProjection(then).apply(KEY, released, offset, ofReleased))
            .isEqualTo(Verdict.APPLIED);
        new EventsProjection(now).apply(KEY, same, offset, ofNow);
      }
      offset++;
    }
    assertThat(ofReleased.rows()).isNotEmpty().isEqualTo(ofNow.rows());
    assertThat(beatsOfReleased.rows()).isNotEmpty().isEqualTo(beatsOfNow.rows());
  }
}
