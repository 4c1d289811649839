package io.flowledger.deploy.cli.transfer.parquet;

import static io.flowledger.deploy.cli.transfer.parquet.ExportedLog.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.fixture.CommandTest;
import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.Heartbeat;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.Origin;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.io.LocalInputFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Given a log and listings, when they are exported as Parquet, then the rows of the files. */
class ParquetExportTest extends CommandTest {

  private static final String EVENTS = "/events?heartbeats=true";
  private static final String FLOWS = "/flows?_limit=500";
  private static final String RUNS = "/flows/F/runs?_with=number%2Cstatus&_limit=500";
  private static final String FLOW =
      "{\"flow_id\": \"F\", \"user_name\": null, \"ts_epoch\": 10, \"tags\": null,"
          + " \"system_tags\": []}";
  private static final String RUN =
      "{\"flow_id\": \"F\", \"run_number\": 7, \"user_name\": \"adä\", \"ts_epoch\": 20,"
          + " \"tags\": [\"now\", \"\uD83D\uDE00\"], \"system_tags\": [\"user:adä\"],"
          + " \"last_heartbeat_ts\": 3, \"status\": \"completed\", \"number\": 7,"
          + " \"user\": \"adä\"}";
  private static final String NAMED_RUN =
      "{\"flow_id\": \"F\", \"run_number\": \"argo-ü\", \"user_name\": null, \"ts_epoch\": 21,"
          + " \"tags\": [], \"system_tags\": [], \"last_heartbeat_ts\": null,"
          + " \"status\": \"failed\", \"number\": 8}";

  @TempDir private Path temp;
  private Path folder;

  @BeforeEach
  void name() {
    folder = temp.resolve("history");
  }

  // ---- the log ---------------------------------------------------------------------------------

  private static StepRegistered step(String name) {
    return new StepRegistered(
        ID, "F", 7L, name, "ada", List.of("sent"), List.of(), 30L, null, "w", null);
  }

  private static TaskRegistered task(long id, @Nullable String name) {
    return new TaskRegistered(
        ID, "F", 7L, "start", id, name, null, null, null, 4L, 40L, null, "w", null);
  }

  private static MetadataRecorded metadata(MetadataEntry... entries) {
    return new MetadataRecorded(ID, "F", 7L, "start", 1L, List.of(entries), 50L, null, "w", null);
  }

  private static ArtifactsRecorded artifacts(long tsEpoch, ArtifactEntry... entries) {
    return new ArtifactsRecorded(
        ID, "F", 7L, "start", 1L, List.of(entries), tsEpoch, null, "w", null);
  }

  private static ArtifactEntry artifact(String name, int attempt) {
    return new ArtifactEntry(
        name, attempt, "s3://" + name, "s3", null, "data", null, null, null, null);
  }

  private static FlowRegistered flow() {
    return new FlowRegistered(ID, "F", null, null, null, 10L, null, "w", null);
  }

  private static RunRegistered run(long number) {
    return new RunRegistered(
        ID, "F", number, null, null, List.of("then"), List.of(), null, 20L, null, "w", null);
  }

  private ExportCase given(ExportedLog log) {
    server.answer(EVENTS, log.bytes());
    server.answer(FLOWS, "[" + FLOW + "]");
    server.answer(RUNS, "[" + NAMED_RUN + ", " + RUN + "]");
    return new ExportCase();
  }

  /** What the files have in them after an export. */
  private final class ExportCase {

    String err = "";

    ExportCase exported(String... options) {
      List<String> args = new ArrayList<>(List.of("export", "--to", "parquet", "-o"));
      args.add(folder.toString());
      args.addAll(List.of(options));
      Ended ended = run(args.toArray(String[]::new));
      assertThat(ended.status()).as(ended.err()).isZero();
      err = ended.err();
      return this;
    }

    List<String> rows(Table table) throws IOException {
      List<String> rows = new ArrayList<>();
      try (ParquetReader<GenericRecord> reader =
          AvroParquetReader.<GenericRecord>builder(
                  new LocalInputFile(folder.resolve(table.fileName())),
                  new PlainParquetConfiguration())
              .withDataModel(GenericData.get())
              .withCodecFactory(new ZstdPages())
              .build()) {
        for (GenericRecord row = reader.read(); row != null; row = reader.read()) {
          rows.add(row.toString());
        }
      }
      return rows;
    }
  }

  // ---- rows ------------------------------------------------------------------------------------

  @Test
  void flowsAndRunsAreAsTheyAreNow() throws IOException {
    ExportCase export = given(new ExportedLog().applied(flow()).applied(run(7)).applied(run(8)));
    assertThat(export.exported().rows(Table.FLOWS))
        .containsExactly(
            "{\"flow_id\": \"F\", \"user_name\": null, \"tags\": null, \"system_tags\": [],"
                + " \"created_at\": 10}");
    assertThat(export.rows(Table.RUNS))
        .containsExactly(
            "{\"flow_id\": \"F\", \"run_number\": 8, \"run_id\": \"argo-ü\", \"user_name\": null,"
                + " \"tags\": [], \"system_tags\": [], \"status\": \"failed\", \"created_at\": 21,"
                + " \"last_heartbeat_at\": null}",
            "{\"flow_id\": \"F\", \"run_number\": 7, \"run_id\": null, \"user_name\": \"adä\","
                + " \"tags\": [\"now\", \"\uD83D\uDE00\"], \"system_tags\": [\"user:adä\"],"
                + " \"status\": \"completed\", \"created_at\": 20, \"last_heartbeat_at\": 3000}");
    assertThat(export.err).isEmpty();
  }

  @Test
  void stepsAndTasksWithTheirHeartbeats() throws IOException {
    ExportCase export =
        given(
            new ExportedLog()
                .applied(step("start"))
                .applied(task(1, null))
                .beat(new Heartbeat("F", 7L, 1L, 9_900L))
                .applied(run(9))
                .beat(new Heartbeat("F", 9L, null, 10_000L))
                .applied(task(2, "argo-task"))
                .beat(new Heartbeat("F", 7L, 2L, 3_000L))
                .applied(step("größe")));
    assertThat(export.exported().rows(Table.STEPS))
        .containsExactly(
            "{\"flow_id\": \"F\", \"run_number\": 7, \"step_name\": \"start\","
                + " \"user_name\": \"ada\", \"created_at\": 30}",
            "{\"flow_id\": \"F\", \"run_number\": 7, \"step_name\": \"größe\","
                + " \"user_name\": \"ada\", \"created_at\": 30}");
    assertThat(export.rows(Table.TASKS))
        .containsExactly(
            "{\"flow_id\": \"F\", \"run_number\": 7, \"step_name\": \"start\", \"task_id\": 1,"
                + " \"task_name\": null, \"user_name\": null, \"created_at\": 40,"
                + " \"last_heartbeat_at\": 9000}",
            "{\"flow_id\": \"F\", \"run_number\": 7, \"step_name\": \"start\", \"task_id\": 2,"
                + " \"task_name\": \"argo-task\", \"user_name\": null, \"created_at\": 40,"
                + " \"last_heartbeat_at\": 4000}");
  }

  @Test
  void metadataWithTheAttemptThatItsTagsName() throws IOException {
    ExportCase export =
        given(
            new ExportedLog()
                .applied(
                    metadata(
                        new MetadataEntry(
                            5L,
                            "ok",
                            "grö\u0000ße\n",
                            "t",
                            "ada",
                            List.of("x", "attempt_id:12"),
                            null),
                        new MetadataEntry(
                            6L, "attempt", "0", "t", null, List.of("attempt_id:x"), List.of("s"))))
                .applied(metadata(new MetadataEntry(7L, "f", "", "t", null, null, List.of()))));
    String of = "{\"flow_id\": \"F\", \"run_number\": 7, \"step_name\": \"start\", \"task_id\": 1";
    assertThat(export.exported().rows(Table.METADATA))
        .containsExactly(
            of
                + ", \"id\": 5, \"attempt_id\": 12, \"field_name\": \"ok\","
                + " \"value\": \"grö\\u0000ße\\n\", \"type\": \"t\", \"user_name\": \"ada\","
                + " \"tags\": [\"x\", \"attempt_id:12\"], \"system_tags\": null,"
                + " \"created_at\": 50}",
            of
                + ", \"id\": 6, \"attempt_id\": null, \"field_name\": \"attempt\","
                + " \"value\": \"0\", \"type\": \"t\", \"user_name\": null,"
                + " \"tags\": [\"attempt_id:x\"], \"system_tags\": [\"s\"], \"created_at\": 50}",
            of
                + ", \"id\": 7, \"attempt_id\": null, \"field_name\": \"f\", \"value\": \"\","
                + " \"type\": \"t\", \"user_name\": null, \"tags\": null, \"system_tags\": [],"
                + " \"created_at\": 50}");
  }

  @Test
  void changesOfTagsWithWhoMadeThem() throws IOException {
    ExportCase export =
        given(
            new ExportedLog()
                .applied(
                    new RunTagsMutated(
                        ID, "F", 7L, List.of("a"), List.of("b", "c"), 60L, null, "w", null))
                .applied(
                    new RunTagsMutated(
                        ID,
                        "F",
                        7L,
                        List.of(),
                        List.of("d"),
                        61L,
                        new Origin("key", "10.0.0.1"),
                        "w",
                        null)));
    assertThat(export.exported().rows(Table.TAG_CHANGES))
        .containsExactly(
            "{\"flow_id\": \"F\", \"run_number\": 7, \"tags_to_remove\": [\"a\"],"
                + " \"tags_to_add\": [\"b\", \"c\"], \"credential\": null, \"address\": null,"
                + " \"created_at\": 60}",
            "{\"flow_id\": \"F\", \"run_number\": 7, \"tags_to_remove\": [],"
                + " \"tags_to_add\": [\"d\"], \"credential\": \"key\", \"address\": \"10.0.0.1\","
                + " \"created_at\": 61}");
  }

  /** Who sends artifacts again with others has them twice in the log, and once in the views. */
  @Test
  void artifactsOnceEach() throws IOException {
    server.answer(
        "/flows/F/runs/7/steps/start/tasks/1/events?type=ArtifactsRecorded",
        """
        {"position": "0@0", "verdict": "applied", "reason": null, "event": {"entries": [{"name": "a", "attempt_id": 0}]}}
        {"position": "0@1", "verdict": "rejected", "reason": "no", "event": {"entries": [{"name": "b", "attempt_id": 0}]}}
        {"position": "0@2", "verdict": "superseded", "reason": "idempotency key k", "event": {"entries": [{"name": "b", "attempt_id": 0}]}}
        {"position": "0@3", "verdict": "superseded", "reason": "1 artifacts of task 1", "event": {"entries": [{"name": "c", "attempt_id": 0}]}}
        """);
    ExportCase export =
        given(
            new ExportedLog()
                .applied(artifacts(70, artifact("a", 0)))
                .rejected(artifacts(71, artifact("b", 0)))
                .superseded(artifacts(72, artifact("b", 0)), "idempotency key k")
                .superseded(
                    artifacts(
                        73, artifact("a", 0), artifact("b", 0), artifact("a", 1), artifact("b", 0)),
                    "2 artifacts of task 1")
                .applied(artifacts(74, artifact("c", 0)))
                .superseded(artifacts(75, artifact("c", 0), artifact("d", 0)), "1 artifacts"));
    String row =
        "{\"flow_id\": \"F\", \"run_number\": 7, \"step_name\": \"start\", \"task_id\": 1,"
            + " \"attempt_id\": %d, \"name\": \"%s\", \"location\": \"s3://%s\","
            + " \"ds_type\": \"s3\", \"sha\": null, \"type\": \"data\", \"content_type\": null,"
            + " \"user_name\": null, \"created_at\": %d}";
    assertThat(export.exported().rows(Table.ARTIFACTS))
        .containsExactly(
            row.formatted(0, "a", "a", 70),
            row.formatted(0, "b", "b", 73),
            row.formatted(1, "a", "a", 73),
            row.formatted(0, "c", "c", 74),
            row.formatted(0, "d", "d", 75));
    assertThat(server.paths()).filteredOn(path -> path.contains("tasks")).hasSize(1);
  }

  @Test
  void whatChangedNothingIsLeftOutAndCounted() throws IOException {
    Schema later =
        SchemaBuilder.record("RunArchived").namespace("io.flowledger.event").fields().endRecord();
    ExportCase export =
        given(
            new ExportedLog(later)
                .superseded(step("start"), "step start")
                .rejected(task(1, null))
                .rejected(null)
                .superseded(metadata(), "idempotency key k")
                .applied(new GenericData.Record(later)));
    export.exported();
    for (Table table :
        List.of(Table.STEPS, Table.TASKS, Table.METADATA, Table.ARTIFACTS, Table.TAG_CHANGES)) {
      assertThat(export.rows(table)).as(table.fileName()).isEmpty();
    }
    assertThat(export.err)
        .isEqualTo(
            """
            flowledger: left out, since they changed nothing: 2 superseded events, 1 rejected
            flowledger: 1 records of the log are no events that can be read; the first one is at 0@2
            flowledger: 1 events are of types that this version does not know, such as RunArchived; they are left out
            """);
  }

  @Test
  void manyRowsAreManyRowGroups() throws IOException {
    String value = "0123456789abcdef".repeat(1 << 14); // 256 KiB
    ExportedLog log = new ExportedLog();
    for (long i = 0; i < 100; i++) {
      log.applied(metadata(new MetadataEntry(i, "f", i + value, "t", null, null, null)));
    }
    ExportCase export = given(log).exported();
    List<String> rows = export.rows(Table.METADATA);
    assertThat(rows).hasSize(100);
    assertThat(rows.get(99)).contains("\"value\": \"99" + value + "\"");
  }

  // ---- what is asked ---------------------------------------------------------------------------

  @Test
  void everyPageOfTheListings() throws IOException {
    server.answer(EVENTS, new ExportedLog().bytes());
    server.answer(FLOWS, 200, "[" + FLOW + "]", Map.of("X-Next-Cursor", "c"));
    server.answer(FLOWS + "&_cursor=c", "[" + FLOW.replace("\"F\"", "\"Grö ße/\"") + "]");
    server.answer(RUNS, 200, "[" + NAMED_RUN + "]", Map.of("X-Next-Cursor", "d"));
    server.answer(RUNS + "&_cursor=d", "[" + RUN + "]");
    server.answer(RUNS.replace("/F/", "/Gr%C3%B6%20%C3%9Fe%2F/"), "[]");
    ExportCase export = new ExportCase().exported();
    assertThat(export.rows(Table.FLOWS)).hasSize(2);
    assertThat(export.rows(Table.RUNS)).hasSize(2);
  }

  @Test
  void aFlowOfATimeAsItWas() throws IOException {
    String period = "ts_epoch%3Age=15&ts_epoch%3Ale=1795285800000";
    server.answer(
        "/events?heartbeats=true&flow=F&" + period + "&as_of=0%4012", new ExportedLog().bytes());
    server.answer("/flows/F?as_of=0%4012", FLOW);
    server.answer(
        "/flows/F/runs?" + period + "&_with=number%2Cstatus&_limit=500&as_of=0%4012",
        "[" + RUN + "]");
    ExportCase export =
        new ExportCase().exported("--flow", "F", "--from", "15", "--to", "2d", "--as-of", "0@12");
    assertThat(export.rows(Table.FLOWS)).isEmpty();
    assertThat(export.rows(Table.RUNS)).hasSize(1);
  }

  @Test
  void aLineForEachFile() {
    given(new ExportedLog());
    assertThat(run("export", "--format", "parquet", "-o", folder.toString()))
        .isEqualTo(
            printed(
                """
                1 rows exported to @/flows.parquet
                2 rows exported to @/runs.parquet
                0 rows exported to @/steps.parquet
                0 rows exported to @/tasks.parquet
                0 rows exported to @/metadata.parquet
                0 rows exported to @/artifacts.parquet
                0 rows exported to @/tag_changes.parquet
                """
                    .replace("@", folder.toString())));
    assertThat(names(folder)).hasSize(Table.values().length);
  }

  // ---- the folder ------------------------------------------------------------------------------

  @Test
  void filesOfAnEarlierExportAreReplacedOnlyByForce() throws IOException {
    given(new ExportedLog());
    Files.createDirectory(folder);
    Path other = Files.writeString(folder.resolve("notes.txt"), "mine");
    Path runs = Files.writeString(folder.resolve("runs.parquet"), "old");
    assertThat(run("export", "--to", "parquet", "-o", folder.toString()))
        .isEqualTo(
            failed(
                1,
                "flowledger: "
                    + runs
                    + " is there already; name another folder, or replace it with --force\n"));
    assertThat(server.paths()).isEmpty();
    ExportCase export = new ExportCase().exported("--force");
    assertThat(export.rows(Table.RUNS)).hasSize(2);
    assertThat(other).hasContent("mine");
    assertThat(names(folder)).hasSize(Table.values().length + 1);
  }

  @Test
  void aFailureLeavesWhatWasThere() throws IOException {
    assertThat(run("export", "--to", "parquet", "-o", folder.toString(), "--flow", "G"))
        .isEqualTo(failed(3, "flowledger: /events?heartbeats=true&flow=G is not registered\n"));
    assertThat(folder).doesNotExist();

    server.cut(EVENTS, new ExportedLog().applied(step("start")).bytes());
    Files.createDirectory(folder);
    Path runs = Files.writeString(folder.resolve("runs.parquet"), "old");
    String cut = "flowledger: the answer of " + server.url() + " was cut off\n";
    assertThat(run("export", "--to", "parquet", "-o", folder.toString(), "--force"))
        .isEqualTo(failed(1, cut));
    assertThat(names(folder)).containsExactly("runs.parquet");
    assertThat(runs).hasContent("old");
  }

  @Test
  void aServerThatDoesNotTellNumbersIsTooOld() throws IOException {
    server.answer(EVENTS, new ExportedLog().bytes());
    server.answer(FLOWS, "[" + FLOW + "]");
    server.answer(RUNS, "[" + RUN.replace("\"number\": 7, ", "") + "]");
    assertThat(run("export", "--to", "parquet", "-o", folder.toString()))
        .isEqualTo(
            failed(
                1,
                "flowledger: the server does not tell 'number' of its flows or runs; is it of an"
                    + " earlier version?\n"));
    assertThat(folder).doesNotExist();
  }

  @Test
  void whereNoFolderCanBe() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    assertThat(run("export", "--to", "parquet", "-o", file.toString()))
        .isEqualTo(failed(1, "flowledger: cannot write " + file + ": it is no folder\n"));
    Path nowhere = temp.resolve("none/history");
    assertThat(run("export", "--to", "parquet", "-o", nowhere.toString()))
        .isEqualTo(failed(1, "flowledger: cannot make " + nowhere + ": it is not there\n"));
    assertThat(server.paths()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--to parquet|Parquet is files in a folder, name it with -o DIR",
        "--format parquet -o -|Parquet is files in a folder, name it with -o DIR",
        "--to parquet --format avro -o x|--to parquet makes no sense with --format avro",
        "--to parquet --from 0@1 -o x|with Parquet, --from and --to are times, not positions",
        "--to parquet --to 0@1 -o x|with Parquet, --from and --to are times, not positions",
        "--to 1d --to 2d|--to is there twice",
        "--force -o x|--force is for folders of Parquet files"
      })
  void wrongUsage(String caseOf) {
    String[] parts = caseOf.split("\\|");
    String[] args =
        Stream.concat(Stream.of("export"), Stream.of(parts[0].split(" "))).toArray(String[]::new);
    assertThat(run(args)).isEqualTo(failed(2, parts[1] + "\n"));
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
