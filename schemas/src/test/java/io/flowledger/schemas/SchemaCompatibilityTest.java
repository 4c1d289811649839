package io.flowledger.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The log is kept for ever and read by all versions at once, so every schema must read what every
 * released version of it wrote, and be read by each. The schemas of every release are kept in
 * {@code released/<version>/}, one file per record type.
 */
class SchemaCompatibilityTest {

  private static final Path RELEASED = Path.of("src/test/resources/released");

  private static List<Path> released() {
    try (Stream<Path> files = Files.walk(RELEASED)) {
      return files.filter(file -> file.toString().endsWith(".avsc")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Schema parse(Path file) {
    try {
      return new Schema.Parser().parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean reads(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
        == SchemaCompatibilityType.COMPATIBLE;
  }

  private static boolean compatible(Schema one, Schema other) {
    return reads(one, other) && reads(other, one);
  }

  @TestFactory
  Stream<DynamicTest> everyReleasedSchemaHasACompatibleCurrentOne() {
    return released().stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    RELEASED.relativize(file).toString(),
                    () -> {
                      Schema released = parse(file);
                      assertThat(EventTypes.byName(released.getFullName()))
                          .hasValueSatisfying(
                              current -> {
                                assertThat(reads(current, released)).as("backward").isTrue();
                                assertThat(reads(released, current)).as("forward").isTrue();
                              });
                    }));
  }

  @Test
  void theFirstReleaseHasItsNineTypes() {
    assertThat(released().stream().map(file -> RELEASED.relativize(file).toString()))
        .filteredOn(name -> name.startsWith("0.1.0"))
        .containsExactly(
            "0.1.0/ArtifactsRecorded.avsc",
            "0.1.0/FlowRegistered.avsc",
            "0.1.0/Heartbeat.avsc",
            "0.1.0/IdsClaimed.avsc",
            "0.1.0/MetadataRecorded.avsc",
            "0.1.0/RunRegistered.avsc",
            "0.1.0/RunTagsMutated.avsc",
            "0.1.0/StepRegistered.avsc",
            "0.1.0/TaskRegistered.avsc");
  }

  private static SchemaBuilder.FieldAssembler<Schema> record() {
    return SchemaBuilder.record("R").namespace("n").fields().requiredLong("kept");
  }

  @Test
  void aFieldWithADefaultMayComeAndGo() {
    assertThat(compatible(record().endRecord(), record().optionalString("new").endRecord()))
        .isTrue();
  }

  @Test
  void aFieldWithoutADefaultMayNot() {
    Schema with = record().requiredString("new").endRecord();
    Schema without = record().endRecord();

    assertThat(reads(with, without)).isFalse();
    assertThat(reads(without, with)).isTrue();
    assertThat(compatible(with, without)).isFalse();
  }

  @Test
  void aFieldMayNotChangeItsType() {
    Schema integer = record().requiredInt("f").endRecord();
    Schema text = record().requiredString("f").endRecord();
    Schema wider = record().requiredLong("f").endRecord();

    assertThat(compatible(integer, text)).isFalse();
    assertThat(compatible(integer, wider)).isFalse();
  }

  @Test
  void aRecordMayNotChangeItsName() {
    Schema other =
        SchemaBuilder.record("S").namespace("n").fields().requiredLong("kept").endRecord();

    assertThat(compatible(record().endRecord(), other)).isFalse();
  }
}
