package io.flowledger.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
  private static final SchemaRecord RECORD = new SchemaRecord("events-n.R", 2, 5, "\"string\"");

  private static Optional<SchemaRecord> parse(String key, String value) {
    return SchemaRecord.parse(key.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  @Test
  void isWrittenAsConfluentWritesIt() {
    assertThat(new String(RECORD.key(), UTF_8)).isEqualTo(KEY);
    assertThat(new String(RECORD.value(), UTF_8)).isEqualTo(VALUE);
  }

  @Test
  void isReadAsItIsWritten() {
    assertThat(parse(KEY, VALUE)).isEqualTo(Optional.of(RECORD));
  }

  @Test
  void isWrittenAndReadInUtf8() {
    var record = new SchemaRecord("größe", 1, 1, "{\"doc\":\"\u2028 \ud83d\ude00\"}");

    assertThat(SchemaRecord.parse(record.key(), record.value())).isEqualTo(Optional.of(record));
  }

  @Test
  void isReadWithWhatNewerRegistriesAdd() {
    String value =
        "{\"subject\":\"events-n.R\",\"version\":2,\"id\":5,\"guid\":\"f00\",\"schemaType\":\"AVRO\","
            + "\"references\":[{\"name\":\"n.S\",\"subject\":\"s\",\"version\":1}],"
            + "\"metadata\":{\"properties\":{\"schema\":\"no\"}},\"ruleSet\":null,"
            + "\"schema\":\"\\\"string\\\"\",\"ts\":1700000000000,\"deleted\":false}";

    assertThat(parse(KEY, value)).isEqualTo(Optional.of(RECORD));
  }

  /** A deleted subject's schema still has its number: records written with it must be readable. */
  @Test
  void isReadWhenDeleted() {
    assertThat(parse(KEY, VALUE.replace("\"deleted\":false", "\"deleted\":true")))
        .isEqualTo(Optional.of(RECORD));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"keytype\":\"NOOP\",\"magic\":0}",
        "{\"keytype\":\"CONFIG\",\"subject\":null,\"magic\":0}",
        "{\"keytype\":\"MODE\",\"subject\":null,\"magic\":0}",
        "{\"keytype\":\"DELETE_SUBJECT\",\"subject\":\"events-n.R\",\"magic\":0}",
        "{\"keytype\":\"CLEAR_SUBJECT\",\"subject\":\"events-n.R\",\"magic\":0}",
        "{}",
        "[]",
        "\"SCHEMA\"",
        "",
        "{\"keytype\":\"SCHEMA\"",
        "keytype"
      })
  void isNotUnderAnotherKey(String key) {
    assertThat(parse(key, VALUE)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"subject\":\"s\",\"version\":1,\"id\":1,\"schemaType\":\"PROTOBUF\",\"schema\":\"x\"}",
        "{\"subject\":\"s\",\"version\":1,\"id\":1,\"schemaType\":\"JSON\",\"schema\":\"{}\"}",
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
    assertThat(parse(KEY, value)).isEmpty();
  }

  @Test
  void isNoTombstoneAndHasAKey() {
    assertThat(SchemaRecord.parse(KEY.getBytes(UTF_8), null)).isEmpty();
    assertThat(SchemaRecord.parse(null, VALUE.getBytes(UTF_8))).isEmpty();
    assertThat(SchemaRecord.parse(null, null)).isEmpty();
  }
}
