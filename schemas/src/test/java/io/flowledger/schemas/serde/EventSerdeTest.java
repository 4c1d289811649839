package io.flowledger.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.EventId;
import io.flowledger.event.Fingerprint;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.Heartbeat;
import io.flowledger.event.Idempotency;
import io.flowledger.event.IdsClaimed;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.Origin;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.serde.EventSerde.Decoded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The bytes of every event, and what becomes of bytes that are none. */
class EventSerdeTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final String EVENT_ID = "018bcfe5680000010203040506070809";
  private static final EventId ID = new EventId(HEX.parseHex(EVENT_ID));
  private static final long TS = 1_700_000_000_000L;
  private static final String TS_HEX = "80a0abfef962";
  private static final Origin ORIGIN = new Origin("argo", "10.0.0.7");
  private static final String ORIGIN_HEX = "02" + "02086172676f" + "021031302e302e302e37";
  private static final String FLOW = "Größe";
  private static final String FLOW_HEX = "0e4772c3b6c39f65";
  private static final String WRITER = "flowledger/0.1.0";
  private static final String WRITER_HEX = "20666c6f776c65646765722f302e312e30";
  private static final String NULL = "00";

  private static final FlowRegistered FLOW_REGISTERED =
      new FlowRegistered(ID, FLOW, "ada", List.of("t", "ü"), List.of(), TS, ORIGIN, WRITER, null);

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final EventSerde serde = new EventSerde(registry);

  @BeforeEach
  void register() {
    serde.register("events", EventTypes.EVENTS);
    serde.register("heartbeats", EventTypes.HEARTBEATS);
    serde.register("ids", EventTypes.IDS);
  }

  @Test
  void registersEveryTypeUnderTopicAndRecordName() {
    assertThat(registry.subjects)
        .containsExactly(
            "events-io.flowledger.event.FlowRegistered",
            "events-io.flowledger.event.RunRegistered",
            "events-io.flowledger.event.StepRegistered",
            "events-io.flowledger.event.TaskRegistered",
            "events-io.flowledger.event.MetadataRecorded",
            "events-io.flowledger.event.ArtifactsRecorded",
            "events-io.flowledger.event.RunTagsMutated",
            "heartbeats-io.flowledger.event.Heartbeat",
            "ids-io.flowledger.event.IdsClaimed");
  }

  @Test
  void writesOnlyRegisteredTypes() {
    EventSerde empty = new EventSerde(new InMemorySchemaRegistry());

    assertThatThrownBy(() -> empty.serialize(FLOW_REGISTERED))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("not registered: io.flowledger.event.FlowRegistered");
  }

  /** Hexadecimal, by field, worked out from the Avro specification by hand. */
  @Nested
  class GoldenBytes {

    private void assertBytes(SpecificRecord event, String... hex) {
      String all = String.join("", hex);
      assertThat(HEX.formatHex(serde.serialize(event))).isEqualTo(all);
      assertThat(serde.deserialize(HEX.parseHex(all))).isEqualTo(new Decoded.Known(event));
    }

    @Test
    void flowRegistered() {
      assertBytes(
          FLOW_REGISTERED,
          "0000000001",
          EVENT_ID,
          FLOW_HEX,
          "0206616461", // user_name
          "0204" + "0274" + "04c3bc" + "00", // tags
          "0200", // system_tags
          TS_HEX,
          ORIGIN_HEX,
          WRITER_HEX,
          NULL); // idempotency
    }

    @Test
    void runRegistered() {
      assertBytes(
          new RunRegistered(
              ID,
              FLOW,
              1L,
              "argo-x",
              "ada",
              List.of("t"),
              List.of("user:ada", "date:2023-11-14"),
              1_700_000_000L,
              TS,
              ORIGIN,
              WRITER,
              null),
          "0000000002",
          EVENT_ID,
          FLOW_HEX,
          "02", // run_number
          "020c6172676f2d78", // run_id
          "0206616461", // user_name
          "02" + "0274" + "00", // tags
          "04" + "10757365723a616461" + "1e646174653a323032332d31312d3134" + "00", // system_tags
          "0280c49fd50c", // heartbeat_ts
          TS_HEX,
          ORIGIN_HEX,
          WRITER_HEX,
          NULL); // idempotency
    }

    @Test
    void stepRegistered() {
      assertBytes(
          new StepRegistered(
              ID, FLOW, Long.MAX_VALUE, "start", null, null, null, TS, ORIGIN, WRITER, null),
          "0000000003",
          EVENT_ID,
          FLOW_HEX,
          "feffffffffffffffff01", // run_number
          "0a7374617274", // step_name
          NULL, // user_name
          NULL, // tags
          NULL, // system_tags
          TS_HEX,
          ORIGIN_HEX,
          WRITER_HEX,
          NULL); // idempotency
    }

    @Test
    void taskRegistered() {
      assertBytes(
          new TaskRegistered(
              ID,
              FLOW,
              1L,
              "start",
              300L,
              "t-1",
              "ada",
              null,
              List.of("s"),
              null,
              TS,
              ORIGIN,
              WRITER,
              null),
          "0000000004",
          EVENT_ID,
          FLOW_HEX,
          "02", // run_number
          "0a7374617274", // step_name
          "d804", // task_id
          "0206742d31", // task_name
          "0206616461", // user_name
          NULL, // tags
          "0202" + "0273" + "00", // system_tags
          NULL, // heartbeat_ts
          TS_HEX,
          ORIGIN_HEX,
          WRITER_HEX,
          NULL); // idempotency
    }

    @Test
    void metadataRecorded() {
      assertBytes(
          new MetadataRecorded(
              ID,
              FLOW,
              1L,
              "end",
              300L,
              List.of(
                  new MetadataEntry(
                      64L,
                      "attempt_ok",
                      "True",
                      "internal_attempt_status",
                      "ada",
                      List.of("attempt_id:0"),
                      null),
                  new MetadataEntry(65L, "", "", "", null, null, null)),
              TS,
              ORIGIN,
              WRITER,
              null),
          "0000000005",
          EVENT_ID,
          FLOW_HEX,
          "02", // run_number
          "06656e64", // step_name
          "d804", // task_id
          "04", // two entries
          "8001", // id
          "14617474656d70745f6f6b", // field_name
          "0854727565", // value
          "2e696e7465726e616c5f617474656d70745f737461747573", // type
          "0206616461", // user_name
          "0202" + "18617474656d70745f69643a30" + "00", // tags
          NULL, // system_tags
          "8201" + "00" + "00" + "00" + NULL + NULL + NULL,
          "00", // no more entries
          TS_HEX,
          ORIGIN_HEX,
          WRITER_HEX,
          NULL); // idempotency
    }

    @Test
    void artifactsRecorded() {
      assertBytes(
          new ArtifactsRecorded(
              ID,
              FLOW,
              1L,
              "end",
              300L,
              List.of(
                  new ArtifactEntry(
                      "x",
                      0,
                      "s3://b/x",
                      "s3",
                      "cafe",
                      "artifact",
                      "gzip+pickle-v4",
                      "ada",
                      List.of(),
                      null),
                  new ArtifactEntry("y", -1, "", "", null, null, null, null, null, null)),
              TS,
              ORIGIN,
              WRITER,
              null),
          "0000000006",
          EVENT_ID,
          FLOW_HEX,
          "02", // run_number
          "06656e64", // step_name
          "d804", // task_id
          "04", // two entries
          "0278", // name
          "00", // attempt_id
          "1073333a2f2f622f78", // location
          "047333", // ds_type
          "020863616665", // sha
          "02106172746966616374", // type
          "021c677a69702b7069636b6c652d7634", // content_type
          "0206616461", // user_name
          "0200", // tags
          NULL, // system_tags
          "0279" + "01" + "00" + "00" + NULL + NULL + NULL + NULL + NULL + NULL,
          "00", // no more entries
          TS_HEX,
          ORIGIN_HEX,
          WRITER_HEX,
          NULL); // idempotency
    }

    @Test
    void runTagsMutated() {
      assertBytes(
          new RunTagsMutated(ID, FLOW, 1L, List.of("a"), List.of("b", "ü"), TS, null, WRITER, null),
          "0000000007",
          EVENT_ID,
          FLOW_HEX,
          "02", // run_number
          "02" + "0261" + "00", // tags_to_remove
          "04" + "0262" + "04c3bc" + "00", // tags_to_add
          TS_HEX,
          NULL, // origin
          WRITER_HEX,
          NULL); // idempotency
    }

    @Test
    void whatIsKnownByAKey() {
      assertBytes(
          new FlowRegistered(
              ID,
              FLOW,
              null,
              null,
              null,
              TS,
              null,
              WRITER,
              new Idempotency("k-1", new Fingerprint(HEX.parseHex("00010203040506ff")))),
          "0000000001",
          EVENT_ID,
          FLOW_HEX,
          NULL, // user_name
          NULL, // tags
          NULL, // system_tags
          TS_HEX,
          NULL, // origin
          WRITER_HEX,
          "02" + "066b2d31" + "00010203040506ff"); // idempotency
    }

    @Test
    void heartbeat() {
      assertBytes(
          new Heartbeat("F", 1L, 300L, TS),
          "0000000008",
          "0246", // flow_id
          "02", // run_number
          "02d804", // task_id
          TS_HEX);
    }

    @Test
    void idsClaimed() {
      assertBytes(
          new IdsClaimed(ID, "tasks", 1000L, TS, WRITER, false),
          "0000000009",
          EVENT_ID,
          "0a7461736b73", // sequence
          "d00f", // count
          TS_HEX,
          WRITER_HEX,
          "00"); // reserved
    }
  }

  @Nested
  class OtherSchemas {

    private byte[] under(Schema schema, String bodyHex) {
      int id = registry.register("elsewhere", schema);
      return HEX.parseHex("%010x".formatted(id) + bodyHex);
    }

    private SchemaBuilder.FieldAssembler<Schema> heartbeat() {
      return SchemaBuilder.record("Heartbeat")
          .namespace("io.flowledger.event")
          .fields()
          .requiredString("flow_id")
          .requiredLong("run_number");
    }

    @Test
    void ofOlderWritersAreReadWithDefaults() {
      Schema older = heartbeat().requiredLong("ts_epoch").endRecord();

      assertThat(serde.deserialize(under(older, "0246" + "02" + "04")))
          .isEqualTo(new Decoded.Known(new Heartbeat("F", 1L, null, 2L)));
    }

    @Test
    void ofTheFirstReleaseAreReadAsOnesWithoutAKey() throws IOException {
      Schema released =
          new Schema.Parser()
              .parse(
                  Files.readString(
                      Path.of("src/test/resources/released/0.1.0/FlowRegistered.avsc")));

      assertThat(
              serde.deserialize(
                  under(
                      released,
                      String.join(
                          "",
                          EVENT_ID,
                          FLOW_HEX,
                          "0206616461", // user_name
                          "0204" + "0274" + "04c3bc" + "00", // tags
                          "0200", // system_tags
                          TS_HEX,
                          ORIGIN_HEX,
                          WRITER_HEX))))
          .isEqualTo(new Decoded.Known(FLOW_REGISTERED));
    }

    @Test
    void ofNewerWritersAreReadWithoutWhatIsNew() {
      Schema newer =
          heartbeat()
              .requiredString("new_field")
              .optionalLong("task_id")
              .requiredLong("ts_epoch")
              .endRecord();

      assertThat(serde.deserialize(under(newer, "0246" + "02" + "0278" + "00" + "04")))
          .isEqualTo(new Decoded.Known(new Heartbeat("F", 1L, null, 2L)));
    }

    @Test
    void ofTypesNewerThanThisBuildAreUnreadable() {
      Schema unknown =
          SchemaBuilder.record("RunDeleted").namespace("io.flowledger.event").fields().endRecord();

      assertUnreadable(
          "record type io.flowledger.event.RunDeleted is not known to this version",
          under(unknown, ""));
    }

    @Test
    void thatAreNoRecordsAreUnreadable() {
      assertUnreadable(
          "record type string is not known to this version",
          under(Schema.create(Schema.Type.STRING), "0246"));
    }

    @Test
    void thatNestTooDeepAreUnreadable() {
      Schema nested =
          SchemaBuilder.record("Nested")
              .namespace("io.flowledger.event")
              .fields()
              .name("next")
              .type()
              .optional()
              .type("Nested")
              .endRecord();
      Schema deep =
          heartbeat().name("more").type(nested).noDefault().requiredLong("ts_epoch").endRecord();

      assertUnreadable(
          "not readable with schema id 10", under(deep, "0246" + "02" + "02".repeat(500_000)));
    }

    @Test
    void thatContradictTheTypeAreUnreadable() {
      Schema contradicting = heartbeat().requiredString("ts_epoch").endRecord();

      assertUnreadable(
          "not readable with schema id 10", under(contradicting, "0246" + "02" + "0278"));
    }
  }

  private void assertUnreadable(String reason, byte[] bytes) {
    assertThat(serde.deserialize(bytes)).isEqualTo(new Decoded.Unreadable(reason));
  }

  @Nested
  class ForeignBytes {

    private static final String NO_FRAME =
        "not in Confluent's wire format (magic byte 0, schema id)";

    @Test
    void withoutAFrameAreUnreadable() {
      assertUnreadable(NO_FRAME, new byte[0]);
      assertUnreadable(NO_FRAME, new byte[] {0, 0, 0, 1});
      assertUnreadable(NO_FRAME, new byte[] {1, 0, 0, 0, 1, 2});
      assertUnreadable(
          NO_FRAME, "{\"flow_id\": \"F\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void withAnUnknownSchemaAreUnreadable() {
      assertUnreadable("schema id 99 is not in the registry", new byte[] {0, 0, 0, 0, 99});
      assertUnreadable("schema id -1 is not in the registry", new byte[] {0, -1, -1, -1, -1});
    }

    @Test
    void cutAnywhereAreUnreadable() {
      byte[] whole = serde.serialize(FLOW_REGISTERED);
      for (int length = 5; length < whole.length; length++) {
        assertThat(serde.deserialize(Arrays.copyOf(whole, length)))
            .as("the first %d bytes", length)
            .isInstanceOf(Decoded.Unreadable.class);
      }
    }

    @Test
    void thatAnnounceMoreThanThereIsAreUnreadable() {
      for (long length :
          new long[] {
            -1, Long.MIN_VALUE, 1 << 20, Integer.MAX_VALUE - 9, Integer.MAX_VALUE, Long.MAX_VALUE
          }) {
        String announced = zigZag(length);
        assertThat(serde.deserialize(HEX.parseHex("0000000001" + EVENT_ID + announced + "46")))
            .as("a string of %d bytes", length)
            .isInstanceOf(Decoded.Unreadable.class);
        assertThat(
                serde.deserialize(
                    HEX.parseHex("0000000001" + EVENT_ID + "0246" + "00" + "02" + announced)))
            .as("a list of %d items", length)
            .isInstanceOf(Decoded.Unreadable.class);
      }
    }

    @Test
    void neverThrow() {
      long seed = Long.getLong("flowledger.test.seed", System.nanoTime());
      System.out.println("EventSerdeTest: -Dflowledger.test.seed=" + seed);
      Random random = new Random(seed);
      byte[] whole = serde.serialize(FLOW_REGISTERED);
      List<Decoded> decoded = new ArrayList<>();
      for (int round = 0; round < 20_000; round++) {
        byte[] bytes = whole.clone();
        bytes[4] = (byte) (1 + random.nextInt(9));
        for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
          bytes[5 + random.nextInt(bytes.length - 5)] = (byte) random.nextInt(256);
        }
        decoded.add(serde.deserialize(bytes));
      }
      assertThat(decoded).hasSize(20_000);
    }

    private static String zigZag(long value) {
      StringBuilder hex = new StringBuilder();
      long rest = value << 1 ^ value >> 63;
      for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
        hex.append(HEX.toHexDigits((byte) (rest | 0x80)));
      }
      return hex.append(HEX.toHexDigits((byte) rest)).toString();
    }
  }

  @Test
  void doesNotTakeAnUnreachableRegistryForBadBytes() {
    SchemaRegistry unreachable =
        new SchemaRegistry() {
          @Override
          public int register(String subject, Schema schema) {
            throw new SchemaRegistryException("down");
          }

          @Override
          public Optional<Schema> schema(int id) {
            throw new SchemaRegistryException("down");
          }

          @Override
          public void close() {}
        };

    assertThatThrownBy(
            () -> new EventSerde(unreachable).deserialize(serde.serialize(FLOW_REGISTERED)))
        .isExactlyInstanceOf(SchemaRegistry.SchemaRegistryException.class);
  }
}
