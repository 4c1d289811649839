package io.flowledger.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.event.FlowRegistered;
import io.flowledger.event.Heartbeat;
import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.registry.SchemaRegistry.SchemaRegistryException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

/** Events that a serializer writes which is known by the name of its class only. */
class ForeignSerializerTest {

  private static final Heartbeat BEAT = new Heartbeat("F", 1L, null, 2L);
  private static final byte[] BARE = {2, 'F', 2, 0, 4};

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final EventSerde serde = new EventSerde(registry);

  /** Writes with numbers that a registry has given, and notes what it is asked for. */
  public static class Foreign implements Serializer<Object> {
    static final List<String> CALLS = new ArrayList<>();

    private final EventSerde serde = new EventSerde(new InMemorySchemaRegistry());
    private boolean inHeader;

    @Override
    public void configure(Map<String, ?> properties, boolean isKey) {
      CALLS.add("configured with " + properties + (isKey ? " for keys" : " for values"));
      inHeader = "true".equals(properties.get("in.header"));
      serde.register("any", List.of(Heartbeat.getClassSchema()));
    }

    @Override
    public byte[] serialize(String topic, Object record) {
      throw new UnsupportedOperationException("headers are wanted");
    }

    @Override
    public byte[] serialize(String topic, Headers headers, Object record) {
      CALLS.add(topic + " " + record);
      byte[] framed = serde.serialize((SpecificRecord) record);
      if (!inHeader) {
        return framed;
      }
      ByteBuffer parts = ByteBuffer.wrap(framed);
      byte[] id = new byte[5];
      byte[] bare = new byte[framed.length - id.length];
      parts.get(id).get(bare);
      headers.add(Framing.HEADER, id);
      return bare;
    }

    @Override
    public void close() {
      CALLS.add("closed");
    }
  }

  /** Throws away what it is given. */
  public static final class Forgetful extends Foreign {
    @Override
    public byte[] serialize(String topic, Headers headers, Object record) {
      return super.serialize(topic, headers, new Heartbeat("other", 1L, null, 2L));
    }
  }

  private static List<Schema> types() {
    return List.of(Heartbeat.getClassSchema());
  }

  private void knowHeartbeats() {
    registry.register("subject", Heartbeat.getClassSchema());
  }

  @Test
  void writesInItsStead() {
    knowHeartbeats();
    Foreign.CALLS.clear();
    try (ForeignSerializer foreign =
        ForeignSerializer.of(Foreign.class.getName(), Map.of("some.setting", "x"))) {
      serde.register("beats", types(), foreign);
      assertThat(serde.serialize(BEAT)).isEqualTo(new byte[] {0, 0, 0, 0, 1, 2, 'F', 2, 0, 4});
    }
    assertThat(Foreign.CALLS)
        .containsExactly(
            "configured with {some.setting=x} for values",
            "beats " + new Heartbeat("", 0L, null, 0L),
            "beats " + BEAT,
            "closed");
  }

  @Test
  void anIdentifierInTheHeaderComesBeforeTheValue() {
    knowHeartbeats();
    try (ForeignSerializer foreign =
        ForeignSerializer.of(Foreign.class.getName(), Map.of("in.header", "true"))) {
      serde.register("beats", types(), foreign);
      assertThat(serde.serialize(BEAT))
          .isEqualTo(ByteBuffer.allocate(10).put(new byte[] {0, 0, 0, 0, 1}).put(BARE).array());
    }
  }

  @Test
  void whatItWritesHasToBeReadable() {
    try (ForeignSerializer foreign = ForeignSerializer.of(Foreign.class.getName(), Map.of())) {
      assertThatThrownBy(() -> serde.register("beats", types(), foreign))
          .isExactlyInstanceOf(SchemaRegistryException.class)
          .hasMessage(
              "what "
                  + Foreign.class.getName()
                  + " writes as io.flowledger.event.Heartbeat is not read as that:"
                  + " Unreadable[reason=schema id 1 is not in the registry]");
    }
    knowHeartbeats();
    try (ForeignSerializer foreign = ForeignSerializer.of(Forgetful.class.getName(), Map.of())) {
      assertThatThrownBy(() -> serde.register("beats", types(), foreign))
          .isExactlyInstanceOf(SchemaRegistryException.class)
          .hasMessageStartingWith("what " + Forgetful.class.getName() + " writes as");
    }
  }

  @Test
  void saysWhatIsWrongWithTheClass() {
    assertThatThrownBy(() -> ForeignSerializer.of("com.example.Missing", Map.of()))
        .isExactlyInstanceOf(SchemaRegistryException.class)
        .hasMessage("the value serializer com.example.Missing is not on the class path");
    assertThatThrownBy(() -> ForeignSerializer.of("java.lang.String", Map.of()))
        .isExactlyInstanceOf(SchemaRegistryException.class)
        .hasMessageStartingWith("the value serializer java.lang.String cannot be used: ");
  }

  @Test
  void theLeastRecordOfEveryTypeIsOne() {
    for (Schema schema : EventTypes.EVENTS) {
      assertThat(SampleRecord.of(schema).getSchema()).isEqualTo(schema);
    }
    assertThat(((FlowRegistered) SampleRecord.of(FlowRegistered.getClassSchema())).getFlowId())
        .isEmpty();
  }
}
