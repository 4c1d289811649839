package io.flowledger.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.Heartbeat;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.serde.EventSerde.Decoded;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** The identifier of a schema before the value, and in the header of a record. */
class FramingTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final String NUMBER_7 = "0000000007";
  private static final UUID GUID = UUID.fromString("89791762-2336-4186-9674-299b90a802e2");
  private static final String GUID_HEX = "0189791762233641869674299b90a802e2";
  private static final Heartbeat BEAT = new Heartbeat("F", 1L, null, 1L);
  private static final String BEAT_HEX = "0246" + "02" + "00" + "02";

  private final EventSerde serde = new EventSerde(new Registry());

  private static Headers headers(String hex) {
    return new RecordHeaders().add(Framing.HEADER, HEX.parseHex(hex));
  }

  private static String framed(Headers headers, String value) {
    return HEX.formatHex(
        java.util.Objects.requireNonNull(Framing.framed(headers, HEX.parseHex(value))));
  }

  @Test
  void aValueWithItsIdentifierStaysAsItIs() {
    assertThat(framed(new RecordHeaders(), NUMBER_7 + BEAT_HEX)).isEqualTo(NUMBER_7 + BEAT_HEX);
  }

  @Test
  void theIdentifierOfTheHeaderIsPutBeforeTheValue() {
    assertThat(framed(headers(NUMBER_7), BEAT_HEX)).isEqualTo(NUMBER_7 + BEAT_HEX);
    assertThat(framed(headers(GUID_HEX), BEAT_HEX)).isEqualTo(GUID_HEX + BEAT_HEX);
    assertThat(framed(headers(NUMBER_7), "")).isEqualTo(NUMBER_7);
  }

  @Test
  void theLastHeaderCounts() {
    Headers both = headers(GUID_HEX).add(Framing.HEADER, HEX.parseHex(NUMBER_7));
    assertThat(framed(both, BEAT_HEX)).isEqualTo(NUMBER_7 + BEAT_HEX);
  }

  @Test
  @SuppressWarnings("NullAway") // Kafka's headers may have no value
  void aHeaderWithoutAValueSaysNothing() {
    assertThat(framed(new RecordHeaders().add(Framing.HEADER, null), NUMBER_7 + BEAT_HEX))
        .isEqualTo(NUMBER_7 + BEAT_HEX);
  }

  @Test
  void aTombstoneStaysOne() {
    assertThat(Framing.framed(headers(NUMBER_7), null)).isNull();
  }

  /** Not even where the value has an identifier of its own. */
  @Test
  void whatIsNoIdentifierMakesTheValueUnreadable() {
    for (String no : new String[] {"", "00", "000000", "000000000700", "0100", "02" + "00000007"}) {
      String value = framed(headers(no), NUMBER_7 + BEAT_HEX);
      assertThat(value).isEqualTo("ff" + no + NUMBER_7 + BEAT_HEX);
      assertThat(serde.deserialize(HEX.parseHex(value)))
          .isEqualTo(
              new Decoded.Unreadable("not in Confluent's wire format (magic byte 0, schema id)"));
    }
  }

  @Test
  void readsByNumberAndByGuid() {
    assertThat(serde.deserialize(HEX.parseHex(NUMBER_7 + BEAT_HEX)))
        .isEqualTo(new Decoded.Known(BEAT));
    assertThat(serde.deserialize(HEX.parseHex(GUID_HEX + BEAT_HEX)))
        .isEqualTo(new Decoded.Known(BEAT));
  }

  @Test
  void saysWhichGuidIsUnknownOrDoesNotFit() {
    assertThat(serde.deserialize(HEX.parseHex(GUID_HEX.replace("e2", "e3") + BEAT_HEX)))
        .isEqualTo(
            new Decoded.Unreadable(
                "schema guid 89791762-2336-4186-9674-299b90a802e3 is not in the registry"));
    assertThat(serde.deserialize(HEX.parseHex(GUID_HEX + "02")))
        .isEqualTo(new Decoded.Unreadable("not readable with schema guid " + GUID));
    assertThat(serde.deserialize(HEX.parseHex(GUID_HEX.substring(0, 32))))
        .isEqualTo(
            new Decoded.Unreadable("not in Confluent's wire format (magic byte 0, schema id)"));
  }

  @Test
  void aRegistryWithoutGuidsKnowsNone() {
    assertThat(new InMemorySchemaRegistry().schema(GUID)).isEmpty();
  }

  /** Has one schema. */
  private static final class Registry implements SchemaRegistry {
    private final Map<Object, Schema> schemas =
        Map.of(7, Heartbeat.getClassSchema(), GUID, Heartbeat.getClassSchema());

    @Override
    public int register(String subject, Schema schema) {
      throw new SchemaRegistryException("read only");
    }

    @Override
    public Optional<Schema> schema(int id) {
      return Optional.ofNullable(schemas.get(id));
    }

    @Override
    public Optional<Schema> schema(UUID guid) {
      return Optional.ofNullable(schemas.get(guid));
    }

    @Override
    public void close() {}
  }
}
