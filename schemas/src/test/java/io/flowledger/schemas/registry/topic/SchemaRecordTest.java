package io.flowledger.schemas.registry.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of {@code _schemas} as Confluent's Schema Registry writes them. */
class SchemaRecordTest {

  private static final String KEY =
      "{\"keytype\":\"SCHEMA\",\"subject\":\"events-n.R\",\"version\":2,\"magic\":1}";
  private static final String VALUE =
      "{\"subject\":\"events-n.R\",\"version\":2,\"id\":5,\"schema\":\"\\\"string\\\"\","
          + "\"deleted\":false}";
  private static final RegistryRecord OTHER = new RegistryRecord.Other();
  private static final SchemaRecord RECORD = SchemaRecord.avro("events-n.R", 2, 5, "\"string\"");

  private static RegistryRecord parse(String key, String value) {
    return RegistryRecord.parse(key.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  @Test
  void isWrittenAsConfluentWritesIt() {
    assertThat(new String(RECORD.key(), UTF_8)).isEqualTo(KEY);
    assertThat(new String(RECORD.value(), UTF_8)).isEqualTo(VALUE);
  }

  @Test
  void isReadAsItIsWritten() {
    assertThat(parse(KEY, VALUE)).isEqualTo(RECORD);
  }

  @Test
  void isWrittenAndReadInUtf8() {
    var record = SchemaRecord.avro("größe", 1, 1, "{\"doc\":\"\u2028 \ud83d\ude00\"}");

    assertThat(RegistryRecord.parse(record.key(), record.value())).isEqualTo(record);
  }

  @Test
  void whatAvroRefusesInWhateverWayIsNoSchema() {
    String field = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",%s}]}";
    for (String odd :
        List.of("\"type\":\"double\",\"default\":\"abc\"", "\"type\":\"int\",\"order\":\"zig\"")) {
      SchemaRecord record = SchemaRecord.avro("s", 1, 1, field.formatted(odd));
      assertThat(record.parse(reference -> Optional.empty())).isEmpty();
    }
  }

  @Test
  void isReadWithWhatNewerRegistriesAdd() {
    String value =
        "{\"subject\":\"events-n.R\",\"version\":2,\"id\":5,\"guid\":\"f00\",\"schemaType\":\"AVRO\","
            + "\"references\":[{\"name\":\"n.S\",\"subject\":\"s\",\"version\":1}],"
            + "\"metadata\":{\"properties\":{\"schema\":\"no\"}},\"ruleSet\":null,"
            + "\"schema\":\"\\\"string\\\"\",\"ts\":1700000000000,\"deleted\":false}";

    SchemaRecord record =
        new SchemaRecord(
            "events-n.R",
            2,
            5,
            "f00",
            "AVRO",
            List.of(new SchemaReference("n.S", "s", 1)),
            "\"string\"",
            false);
    assertThat(parse(KEY, value)).isEqualTo(record);
    assertThat(new String(record.value(), UTF_8))
        .isEqualTo(
            "{\"subject\":\"events-n.R\",\"version\":2,\"id\":5,"
                + "\"references\":[{\"name\":\"n.S\",\"subject\":\"s\",\"version\":1}],"
                + "\"schema\":\"\\\"string\\\"\",\"deleted\":false}");
  }

  /** As {@code printf '"string"' | md5sum} says. */
  @Test
  void hasAGuidThatItsTextGives() {
    assertThat(RECORD.guid()).isEqualTo("095d71cf-1255-6b9d-5e33-0ad575b3df5d");
  }

  /** A deleted subject's schema still has its number: records written with it must be readable. */
  @Test
  void isReadWhenDeleted() {
    assertThat(parse(KEY, VALUE.replace("\"deleted\":false", "\"deleted\":true")))
        .isEqualTo(RECORD.asDeleted());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"keytype\":\"NOOP\",\"magic\":0}",
        "{}",
        "[]",
        "\"SCHEMA\"",
        "",
        "{\"keytype\":\"SCHEMA\"",
        "keytype"
      })
  void isNotUnderAnotherKey(String key) {
    assertThat(parse(key, VALUE)).isEqualTo(OTHER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"version\":1,\"id\":1,\"schema\":\"x\"}",
        "{\"subject\":\"s\",\"id\":1,\"schema\":\"x\"}",
        "{\"subject\":\"s\",\"version\":1,\"schema\":\"x\"}",
        "{\"subject\":\"s\",\"version\":1,\"id\":1}",
        "{\"subject\":\"s\",\"version\":1,\"id\":1.5,\"schema\":\"x\"}",
        "{\"subject\":\"s\",\"version\":1,\"id\":4294967296,\"schema\":\"x\"}",
        "{\"subject\":\"s\",\"version\":1,\"id\":1,\"schema\":{\"type\":\"string\"}}",
        "{\"subject\":\"s\",\"version\":1,\"id\":1,\"schema\":\"x\"",
        "null",
        ""
      })
  void isNothingElse(String value) {
    assertThat(parse(KEY, value)).isEqualTo(OTHER);
  }

  @Test
  void isNoTombstoneAndHasAKey() {
    assertThat(RegistryRecord.parse(KEY.getBytes(UTF_8), null))
        .isEqualTo(new RegistryRecord.VersionRemoved("events-n.R", 2));
    assertThat(RegistryRecord.parse(null, VALUE.getBytes(UTF_8))).isEqualTo(OTHER);
    assertThat(RegistryRecord.parse(null, null)).isEqualTo(OTHER);
  }

  @Test
  void mayBeInAnotherLanguage() {
    String value =
        "{\"subject\":\"s\",\"version\":1,\"id\":1,\"schemaType\":\"PROTOBUF\","
            + "\"schema\":\"syntax\",\"deleted\":false}";
    RegistryRecord record = parse(KEY, value);

    assertThat(record)
        .isEqualTo(
            new SchemaRecord(
                "s", 1, 1, SchemaRecord.guid("syntax"), "PROTOBUF", List.of(), "syntax", false));
    assertThat(new String(((SchemaRecord) record).value(), UTF_8)).isEqualTo(value);
  }

  @Test
  void settingsAreWrittenAsConfluentWritesThem() {
    var ofOne =
        new RegistryRecord.Compatibility("events-n.R", Optional.of(CompatibilityLevel.FULL));
    var ofAll = new RegistryRecord.Compatibility("", Optional.of(CompatibilityLevel.NONE));

    assertThat(new String(ofOne.key(), UTF_8))
        .isEqualTo("{\"keytype\":\"CONFIG\",\"subject\":\"events-n.R\",\"magic\":0}");
    assertThat(new String(ofOne.value(), UTF_8))
        .isEqualTo("{\"subject\":\"events-n.R\",\"compatibilityLevel\":\"FULL\"}");
    assertThat(new String(ofAll.key(), UTF_8)).isEqualTo("{\"keytype\":\"CONFIG\",\"magic\":0}");
    assertThat(new String(ofAll.value(), UTF_8)).isEqualTo("{\"compatibilityLevel\":\"NONE\"}");
    assertThat(RegistryRecord.parse(ofOne.key(), ofOne.value())).isEqualTo(ofOne);
    assertThat(RegistryRecord.parse(ofAll.key(), ofAll.value())).isEqualTo(ofAll);
    assertThat(RegistryRecord.parse(ofOne.key(), null))
        .isEqualTo(new RegistryRecord.Compatibility("events-n.R", Optional.empty()));
  }

  @Test
  void othersAreToldApart() {
    assertThat(
            parse(
                "{\"keytype\":\"DELETE_SUBJECT\",\"subject\":\"s\",\"magic\":0}",
                "{\"subject\":\"s\",\"version\":3}"))
        .isEqualTo(new RegistryRecord.SubjectDeleted("s", 3));
    assertThat(
            parse(
                "{\"keytype\":\"CLEAR_SUBJECT\",\"subject\":\"s\",\"magic\":0}",
                "{\"subject\":\"s\"}"))
        .isEqualTo(new RegistryRecord.SubjectCleared("s"));
    assertThat(
            parse(
                "{\"keytype\":\"CONFIG\",\"subject\":null,\"magic\":0}",
                "{\"compatibilityLevel\":\"BACKWARD\",\"normalize\":true}"))
        .isEqualTo(new RegistryRecord.Compatibility("", Optional.of(CompatibilityLevel.BACKWARD)));
    assertThat(
            parse(
                "{\"keytype\":\"MODE\",\"subject\":\"s\",\"magic\":0}",
                "{\"subject\":\"s\",\"mode\":\"READONLY\"}"))
        .isEqualTo(new RegistryRecord.Mode("s", Optional.of("READONLY")));
  }
}
