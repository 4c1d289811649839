package io.flowledger.schemas.registry.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.schemas.registry.SchemaRefusedException;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

/** What the records of {@code _schemas} come to, whoever has written them. */
class SchemaCatalogTest {

  private static final Schema FIRST = record().endRecord();
  private static final Schema OPTIONAL = record().optionalString("more").endRecord();
  private static final Schema REQUIRED = record().requiredString("needed").endRecord();

  private final SchemaCatalog catalog = new SchemaCatalog();

  private static SchemaBuilder.FieldAssembler<Schema> record() {
    return SchemaBuilder.record("R").namespace("n").fields().requiredLong("kept");
  }

  private void fold(SchemaRecord record) {
    catalog.fold(record.key(), record.value(), false);
  }

  private void fold(String key, String value) {
    catalog.fold(key.getBytes(UTF_8), value.getBytes(UTF_8), false);
  }

  private void register(String subject, Schema schema) {
    fold(catalog.next(subject, schema));
  }

  private List<Integer> versions(String subject, boolean deleted) {
    return catalog.versions(subject, deleted).stream().map(SchemaRecord::version).toList();
  }

  private static void refused(
      Runnable registering, SchemaRefusedException.Reason reason, String message) {
    assertThatThrownBy(registering::run)
        .isInstanceOfSatisfying(
            SchemaRefusedException.class, refused -> assertThat(refused.reason()).isEqualTo(reason))
        .hasMessage(message);
  }

  @Test
  void aSchemaHasOneNumberUnderAllSubjects() {
    register("a", FIRST);
    register("b", OPTIONAL);
    register("c", FIRST);

    assertThat(catalog.subjects(false)).containsExactly("a", "b", "c");
    assertThat(catalog.versionsOf(1, false))
        .containsExactly(
            SchemaRecord.avro("a", 1, 1, FIRST.toString()),
            SchemaRecord.avro("c", 1, 1, FIRST.toString()));
    assertThat(catalog.highestId()).isEqualTo(2);
    assertThat(catalog.schema(2)).contains(OPTIONAL);
    assertThat(catalog.byGuid(SchemaRecord.guid(FIRST.toString())))
        .contains(SchemaRecord.avro("a", 1, 1, FIRST.toString()));
  }

  @Test
  void whiteSpaceMakesNoSchemaAndDocumentationDoes() {
    register("a", FIRST);
    Schema spaced = new Schema.Parser().parse(FIRST.toString(true));
    Schema documented =
        SchemaBuilder.record("R").namespace("n").doc("d").fields().requiredLong("kept").endRecord();

    assertThat(catalog.find("a", spaced, false)).isEqualTo(catalog.version("a", 1, false));
    assertThat(catalog.find("a", documented, false)).isEmpty();
    register("a", documented);
    assertThat(versions("a", false)).containsExactly(1, 2);
  }

  @Test
  void anIncompatibleSchemaIsRefusedInConfluentsWords() {
    register("a", FIRST);

    refused(
        () -> catalog.next("a", REQUIRED),
        SchemaRefusedException.Reason.INCOMPATIBLE,
        "Schema being registered is incompatible with an earlier schema for subject \"a\", details:"
            + " [{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'needed' at"
            + " path '/fields/1' in the new schema has no default value and is missing in the old"
            + " schema', additionalInfo:'needed'}, {oldSchemaVersion: 1}, {oldSchema: '"
            + FIRST
            + "'}, {validateFields: 'false', compatibility: 'FULL_TRANSITIVE'}]");
  }

  @Test
  void levelsHoldASchemaAgainstTheLatestOrAllVersions() {
    Schema without = SchemaBuilder.record("R").namespace("n").fields().endRecord();
    Schema with = SchemaBuilder.record("R").namespace("n").fields().optionalInt("f").endRecord();
    Schema text = SchemaBuilder.record("R").namespace("n").fields().requiredString("f").endRecord();
    setLevel(CompatibilityLevel.NONE);
    register("a", text);
    register("a", without);

    assertAllowed(CompatibilityLevel.NONE, with, true);
    assertAllowed(CompatibilityLevel.BACKWARD, with, true);
    assertAllowed(CompatibilityLevel.BACKWARD_TRANSITIVE, with, false);
    assertAllowed(CompatibilityLevel.FORWARD, with, true);
    assertAllowed(CompatibilityLevel.FORWARD_TRANSITIVE, with, false);
    assertAllowed(CompatibilityLevel.FULL, with, true);
    assertAllowed(CompatibilityLevel.FULL_TRANSITIVE, with, false);
    Schema required =
        SchemaBuilder.record("R").namespace("n").fields().requiredInt("g").endRecord();
    assertAllowed(CompatibilityLevel.BACKWARD, required, false);
    assertAllowed(CompatibilityLevel.FORWARD, required, true);
    assertAllowed(CompatibilityLevel.FULL, required, false);
  }

  private void setLevel(CompatibilityLevel level) {
    var setting = new RegistryRecord.Compatibility("a", Optional.of(level));
    catalog.fold(setting.key(), setting.value(), false);
  }

  private void assertAllowed(CompatibilityLevel level, Schema schema, boolean allowed) {
    setLevel(level);
    assertThat(catalog.incompatibilities("a", schema).isEmpty())
        .as(level.name())
        .isEqualTo(allowed);
  }

  @Test
  void settingsOfASubjectGoBeforeThoseOfAll() {
    assertThat(catalog.settings().defaultCompatibility())
        .isEqualTo(CompatibilityLevel.FULL_TRANSITIVE);
    fold("{\"keytype\":\"CONFIG\",\"magic\":0}", "{\"compatibilityLevel\":\"BACKWARD\"}");
    fold(
        "{\"keytype\":\"CONFIG\",\"subject\":\"a\",\"magic\":0}",
        "{\"subject\":\"a\",\"compatibilityLevel\":\"NONE\"}");

    assertThat(catalog.settings().defaultCompatibility()).isEqualTo(CompatibilityLevel.BACKWARD);
    assertThat(catalog.settings().ownCompatibility("a")).contains(CompatibilityLevel.NONE);
    assertThat(catalog.settings().ownCompatibility("b")).isEmpty();

    catalog.fold(
        "{\"keytype\":\"CONFIG\",\"subject\":\"a\",\"magic\":0}".getBytes(UTF_8), null, false);
    assertThat(catalog.settings().ownCompatibility("a")).isEmpty();
  }

  @Test
  void nothingIsRegisteredWhereAnotherRegistryHasForbiddenIt() {
    fold(
        "{\"keytype\":\"MODE\",\"subject\":\"a\",\"magic\":0}",
        "{\"subject\":\"a\",\"mode\":\"READONLY\"}");

    refused(
        () -> catalog.next("a", FIRST),
        SchemaRefusedException.Reason.READ_ONLY,
        "Subject 'a' is in mode READONLY, not READWRITE");
    register("b", FIRST);
  }

  @Test
  void aDeletedVersionKeepsItsNumberAndIsNoVersionAnyMore() {
    register("a", FIRST);
    register("a", OPTIONAL);
    fold(SchemaRecord.avro("a", 1, 1, FIRST.toString()).asDeleted());

    assertThat(versions("a", false)).containsExactly(2);
    assertThat(versions("a", true)).containsExactly(1, 2);
    assertThat(catalog.schema(1)).contains(FIRST);
    assertThat(catalog.next("a", FIRST)).isEqualTo(SchemaRecord.avro("a", 3, 1, FIRST.toString()));
  }

  @Test
  void aDeletedSubjectHasDeletedVersionsOnlyAndAClearedOneNone() {
    register("a", FIRST);
    register("a", OPTIONAL);
    fold(
        "{\"keytype\":\"DELETE_SUBJECT\",\"subject\":\"a\",\"magic\":0}",
        "{\"subject\":\"a\",\"version\":2}");

    assertThat(catalog.subjects(false)).isEmpty();
    assertThat(catalog.subjects(true)).containsExactly("a");

    fold("{\"keytype\":\"CLEAR_SUBJECT\",\"subject\":\"a\",\"magic\":0}", "{\"subject\":\"a\"}");
    assertThat(catalog.subjects(true)).isEmpty();
    assertThat(catalog.schema(1)).contains(FIRST);
  }

  @Test
  void aTombstoneRemovesAVersionUnlessItWithdrawsWhatWasNone() {
    register("a", FIRST);
    SchemaRecord record = SchemaRecord.avro("a", 1, 1, FIRST.toString());

    catalog.fold(record.key(), null, true);
    assertThat(versions("a", true)).containsExactly(1);
    assertThat(catalog.unsettled()).containsExactly(new SchemaCatalog.Key("a", 1));
    fold(record);
    assertThat(catalog.unsettled()).isEmpty();

    catalog.fold(record.key(), null, false);
    assertThat(versions("a", true)).isEmpty();
    assertThat(catalog.unsettled()).isEmpty();
    assertThat(catalog.schema(1)).contains(FIRST);
  }

  @Test
  void whoComesSecondOwnsNothingAndIsToBeWithdrawn() {
    register("a", FIRST);
    SchemaRecord lostVersion = SchemaRecord.avro("a", 1, 2, OPTIONAL.toString());
    SchemaRecord lostNumber = SchemaRecord.avro("b", 1, 1, REQUIRED.toString());
    fold(lostVersion);
    fold(lostNumber);

    assertThat(catalog.owns(SchemaRecord.avro("a", 1, 1, FIRST.toString()))).isTrue();
    assertThat(catalog.owns(lostVersion)).isFalse();
    assertThat(catalog.owns(lostNumber)).isFalse();
    assertThat(catalog.schema(2)).contains(OPTIONAL);
    assertThat(catalog.unsettled())
        .containsExactly(new SchemaCatalog.Key("a", 1), new SchemaCatalog.Key("b", 1));
  }

  @Test
  void aSchemaIsReadWithTheTypesThatItRefersTo() {
    fold(SchemaRecord.avro("used", 1, 1, FIRST.toString()));
    SchemaRecord user =
        new SchemaRecord(
            "user",
            1,
            2,
            "guid",
            "AVRO",
            List.of(new SchemaReference("n.R", "used", 1)),
            "{\"type\":\"array\",\"items\":\"n.R\"}",
            false);
    fold(user);

    assertThat(catalog.schema(2)).contains(Schema.createArray(FIRST));
    assertThat(catalog.referencing("used", 1)).containsExactly(2);
  }

  @Test
  void numbersOfOtherLanguagesAreTaken() {
    fold(new SchemaRecord("p", 1, 7, "guid", "PROTOBUF", List.of(), "syntax = \"proto3\";", false));

    assertThat(catalog.schema(7)).isEmpty();
    assertThat(catalog.next("a", FIRST).id()).isEqualTo(8);
    refused(
        () -> catalog.next("p", FIRST),
        SchemaRefusedException.Reason.INCOMPATIBLE,
        "Schema being registered is incompatible with an earlier schema for subject \"p\", details:"
            + " [Incompatible because of different schema type, {oldSchemaVersion: 1}, {oldSchema:"
            + " 'syntax = \"proto3\";'}, {validateFields: 'false', compatibility:"
            + " 'FULL_TRANSITIVE'}]");
  }
}
