package io.flowledger.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
 * {@code released/<version>/}, one file per record type, with everything that they refer to in
 * them; and events that it wrote in {@code events.hex}.
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

  // ---- nothing is forgotten --------------------------------------------------------------------

  private static Stream<Schema> types() {
    return Stream.of(EventTypes.EVENTS, EventTypes.HEARTBEATS, EventTypes.IDS)
        .flatMap(List::stream);
  }

  /** The names of a schema and of what it is made of. */
  private static Stream<String> names(Schema schema) {
    return switch (schema.getType()) {
      case RECORD ->
          Stream.concat(
              Stream.of(schema.getName()),
              schema.getFields().stream().flatMap(field -> names(field.schema())));
      case ARRAY -> names(schema.getElementType());
      case UNION -> schema.getTypes().stream().flatMap(SchemaCompatibilityTest::names);
      case FIXED -> Stream.of(schema.getName());
      default -> Stream.empty();
    };
  }

  @Test
  void everySchemaFileIsATypeOfATopicOrAPartOfOne() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/avro"))) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".avsc", "")))
          .isNotEmpty()
          .isSubsetOf(types().flatMap(SchemaCompatibilityTest::names).collect(Collectors.toSet()));
    }
  }

  @Test
  void everyReleasedFileIsNamedLikeItsType() {
    assertThat(released())
        .allSatisfy(
            file ->
                assertThat(RELEASED.relativize(file).toString())
                    .matches("\\d+\\.\\d+\\.\\d+/" + parse(file).getName() + "\\.avsc"));
  }

  @Test
  void noTypeOfAReleaseIsMissingInALaterOne() throws IOException {
    List<Set<String>> releases = new ArrayList<>();
    for (Path release : releases()) {
      releases.add(typesOf(release));
    }
    for (int i = 1; i < releases.size(); i++) {
      assertThat(releases.get(i)).containsAll(releases.get(i - 1));
    }
    assertThat(types().map(Schema::getName)).containsAll(releases.get(releases.size() - 1));
  }

  private static List<Path> releases() throws IOException {
    try (Stream<Path> folders = Files.list(RELEASED)) {
      return folders
          .sorted(
              Comparator.comparing(
                  folder -> Runtime.Version.parse(folder.getFileName().toString())))
          .toList();
    }
  }

  private static Set<String> typesOf(Path release) {
    return released().stream()
        .filter(file -> file.startsWith(release))
        .map(file -> parse(file).getName())
        .collect(Collectors.toSet());
  }

  @Test
  void everyReleaseHasEventsOfAllItsTypes() throws IOException {
    for (Path release : releases()) {
      assertThat(
              Files.readAllLines(release.resolve("events.hex")).stream()
                  .map(line -> line.split(" ")[0])
                  .distinct())
          .containsExactlyInAnyOrderElementsOf(typesOf(release));
    }
  }

  /** What of a version's schemas is not kept; nothing of a version that is not released yet. */
  private static List<String> forgotten(String version) {
    return version.endsWith("-SNAPSHOT")
        ? List.of()
        : types()
            .filter(
                type -> {
                  Path file = RELEASED.resolve(version).resolve(type.getName() + ".avsc");
                  return !Files.exists(file) || !parse(file).equals(type);
                })
            .map(Schema::getName)
            .toList();
  }

  @Test
  void theSchemasOfAReleaseAreKept() throws IOException {
    Matcher version =
        Pattern.compile("<version>(.+?)</version>").matcher(Files.readString(Path.of("pom.xml")));
    assertThat(version.find()).isTrue();
    assertThat(forgotten(version.group(1))).isEmpty();
    assertThat(forgotten("9.9.9")).containsExactlyElementsOf(types().map(Schema::getName).toList());
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
