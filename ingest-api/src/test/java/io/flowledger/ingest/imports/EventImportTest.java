package io.flowledger.ingest.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flowledger.event.Fingerprint;
import io.flowledger.event.Heartbeat;
import io.flowledger.event.IdsClaimed;
import io.flowledger.http.fixture.Gzipped;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.fixture.MemoryLog;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.ingest.numbers.Sequence;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.projector.fixture.MemoryRegistry;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.RunRow;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.EventIds;
import io.flowledger.schemas.Identifier;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EventImportTest {

  private static final String FLOW = flow(1, "F");
  private static final String RUN = run(2, "F", 5);
  private static final String STEP = step(3, 5);
  private static final String TASK = task(4, 5, 9);
  private static final String METADATA = metadata(5, 5, 9, 20);
  private static final String ADD = tags(6, 5, "[]", "[\"a\"]");
  private static final String REMOVE = tags(7, 5, "[\"a\"]", "[]");
  private static final List<String> HISTORY = List.of(FLOW, RUN, STEP, TASK, METADATA, ADD, REMOVE);

  private final Topics topics = LocalReadModel.topics(2);
  private final EventSerde serde = MemoryRegistry.serde(topics);

  @TempDir private Path directory;
  private LocalReadModel views;
  private MemoryLog log;
  private Sequences sequences;
  private EventImport imports;

  @BeforeEach
  void open() {
    views = new LocalReadModel(directory, topics.partitions(), serde);
    log = new MemoryLog(topics, serde, views);
    EventLog eventLog = new EventLog(log, serde, topics, views::partitionOf);
    sequences = new Sequences(log.ids(), topics.ids(), eventLog, serde, "test/1");
    imports = new EventImport(views, eventLog, sequences);
  }

  @AfterEach
  void close() {
    sequences.close();
    log.ids().closedSignal().join();
    views.close();
  }

  // ---- lines -----------------------------------------------------------------------------------

  private static String line(String type, int id, String flow, String rest) {
    return "{\"position\": \"0@%d\", \"type\": \"%s\", \"verdict\": \"applied\", \"event\": {\"event_id\": \"%032x\", \"flow_id\": \"%s\", %s \"ts_epoch\": %d, \"origin\": null, \"written_by\": \"other/1\"}}"
        .formatted(id, type, id, flow, rest, 1000 + id);
  }

  private static String flow(int id, String flow) {
    return line("FlowRegistered", id, flow, "\"user_name\": \"ada\",");
  }

  private static String run(int id, String flow, long number) {
    return run(id, flow, number, "null");
  }

  private static String run(int id, String flow, long number, String name) {
    return line(
        "RunRegistered",
        id,
        flow,
        "\"run_number\": %d, \"run_id\": %s, \"tags\": [], \"system_tags\": [],"
            .formatted(number, name));
  }

  private static String step(int id, long run) {
    return line(
        "StepRegistered", id, "F", "\"run_number\": %d, \"step_name\": \"s\",".formatted(run));
  }

  private static String task(int id, long run, long task) {
    return line(
        "TaskRegistered",
        id,
        "F",
        "\"run_number\": %d, \"step_name\": \"s\", \"task_id\": %d,".formatted(run, task));
  }

  private static String metadata(int id, long run, long task, long metadata) {
    return line(
        "MetadataRecorded",
        id,
        "F",
        "\"run_number\": %d, \"step_name\": \"s\", \"task_id\": %d, \"entries\": [{\"id\": %d, \"field_name\": \"f\", \"value\": \"\\u00f6\", \"type\": \"t\"}],"
            .formatted(run, task, metadata));
  }

  private static String tags(int id, long run, String remove, String add) {
    return line(
        "RunTagsMutated",
        id,
        "F",
        "\"run_number\": %d, \"tags_to_remove\": %s, \"tags_to_add\": %s,"
            .formatted(run, remove, add));
  }

  private static String beat(String flow, long run, String task, long millis) {
    return "{\"position\": null, \"type\": \"Heartbeat\", \"event\": {\"flow_id\": \"%s\", \"run_number\": %d, \"task_id\": %s, \"ts_epoch\": %d}}"
        .formatted(flow, run, task, millis);
  }

  private static String keyed(String line, String fingerprint) {
    return line.replace(
        "\"other/1\"",
        "\"other/1\", \"idempotency\": {\"key\": \"k\", \"fingerprint\": \"%s\"}"
            .formatted(fingerprint));
  }

  private static String as(String verdict, String line) {
    return line.replace("\"applied\"", "\"" + verdict + "\"");
  }

  // ---- importing -------------------------------------------------------------------------------

  private String imported(List<String> lines) throws IOException {
    return imported(ImportMode.plain(), lines.toArray(String[]::new));
  }

  private String imported(String... lines) throws IOException {
    return imported(List.of(lines));
  }

  private String imported(ImportMode mode, String... lines) throws IOException {
    Path file = directory.resolve("lines");
    Files.write(file, List.of(lines));
    return imports.run(new ImportFile(file, false), mode, new ImportProgress()).toJson();
  }

  private static String summary(int imported, int present, int refused, String refusals) {
    return summary(imported, present, refused, 0, refusals);
  }

  private static String summary(
      int imported, int present, int refused, int heartbeats, String refusals) {
    return "{\"imported\": %d, \"present\": %d, \"refused\": %d, \"heartbeats\": %d, \"unreadable\": 0, \"first_refusals\": [%s]}"
        .formatted(imported, present, refused, heartbeats, refusals);
  }

  private static String refusal(int line, String reason) {
    return "{\"line\": %d, \"reason\": \"%s\"}".formatted(line, reason);
  }

  /** What the log has, as identifiers of events. */
  private List<Integer> appended() {
    List<Integer> ids = new ArrayList<>();
    log.history().stream()
        .filter(record -> record.topic().equals(topics.events()))
        .map(record -> log.decoded(record.value()))
        .map(event -> EventIds.toHex(Envelope.of(event).orElseThrow().eventId()))
        .forEach(id -> ids.add(Integer.parseInt(id, 16)));
    return ids;
  }

  /** What is in the log without any import. */
  private void given(String line) {
    views.apply(
        Objects.requireNonNull(ImportLine.parse(line.getBytes(StandardCharsets.UTF_8)).event()));
  }

  private View view() {
    return views.view(views.partitionOf("F"));
  }

  private List<String> runTags() {
    return view().run("F", new Identifier.Number(5)).map(RunRow::tags).orElseThrow();
  }

  private void assertCollision(String message, String... lines) {
    int before = appended().size();
    assertThatThrownBy(() -> imported(lines))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.EXISTS);
              assertThat(e.getMessage()).isEqualTo("nothing is imported, since " + message);
            });
    assertThat(appended()).hasSize(before);
  }

  private void assertUnavailable(List<String> lines) {
    assertThatThrownBy(() -> imported(lines))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE));
  }

  private long take(Sequences.Name name) {
    CompletableFuture<Long> taken = new CompletableFuture<>();
    sequences.take(
        name,
        1,
        new Sequence.Taker() {
          @Override
          public void numbers(long[] numbers) {
            taken.complete(numbers[0]);
          }

          @Override
          public void failed(Exception cause) {
            taken.completeExceptionally(cause);
          }
        });
    return taken.join();
  }

  // ---- what is imported ------------------------------------------------------------------------

  @Test
  void eventsAreAppendedUnchangedInTheirOrder() throws IOException {
    assertThat(imported(HISTORY)).isEqualTo(summary(7, 0, 0, ""));
    assertThat(appended()).containsExactly(1, 2, 3, 4, 5, 6, 7);
    SpecificRecord metadata =
        log.history().stream()
            .map(record -> log.decoded(record.value()))
            .filter(event -> event.getSchema().getName().equals("MetadataRecorded"))
            .findFirst()
            .orElseThrow();
    assertThat(metadata.toString())
        .isEqualTo(
            "{\"event_id\": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5], \"flow_id\": \"F\","
                + " \"run_number\": 5, \"step_name\": \"s\", \"task_id\": 9, \"entries\": [{\"id\":"
                + " 20, \"field_name\": \"f\", \"value\": \"ö\", \"type\": \"t\", \"user_name\":"
                + " null, \"tags\": null, \"system_tags\": null}], \"ts_epoch\": 1005, \"origin\":"
                + " null, \"written_by\": \"other/1\", \"idempotency\": null}");
  }

  @Test
  void twiceIsOnce() throws IOException {
    imported(HISTORY);
    assertThat(imported(HISTORY)).isEqualTo(summary(0, 7, 0, ""));
    assertThat(runTags()).isEmpty();
    assertThat(imported(FLOW, FLOW, flow(8, "G"), flow(8, "G"))).isEqualTo(summary(1, 3, 0, ""));
  }

  @Test
  void afterACutTheRestIsImported() throws IOException {
    log.beforeAppend(
        () -> log.beforeAppend(() -> log.fail(Optional.of(new KafkaException("cut")))));
    assertUnavailable(HISTORY);
    log.fail(Optional.empty());
    int there = appended().size();
    assertThat(there).isBetween(1, 6);
    assertThat(imported(HISTORY)).isEqualTo(summary(7 - there, there, 0, ""));
    assertThat(appended()).containsExactly(1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void whatWasAppendedBehindAGapIsAppendedAgain() throws IOException {
    imported(FLOW);
    given(STEP);
    assertThat(imported(HISTORY)).isEqualTo(summary(6, 1, 0, ""));
    assertThat(imported(HISTORY)).isEqualTo(summary(0, 7, 0, ""));
    assertThat(runTags()).isEmpty();
  }

  @Test
  void whoIsToldOfAFailureKnowsThatNothingIsOnItsWay() {
    MemoryLog.Late first = log.nextIsLate(Optional.empty());
    log.beforeAppend(
        () -> log.beforeAppend(() -> log.fail(Optional.of(new KafkaException("cut")))));
    assertUnavailable(HISTORY);
    assertThat(first.isTold()).isTrue();
    assertThat(appended()).containsExactly(1, 2);
  }

  @Test
  void whatCameSecondIsNotAppendedBeforeWhatCameFirst() throws IOException {
    imported(FLOW);
    List<String> lines = List.of(RUN, as("superseded", run(9, "F", 5)));
    MemoryLog.Late first = log.nextIsLate(Optional.of(new KafkaException("cut")));
    assertUnavailable(lines);
    assertThat(first.isTold()).isTrue();
    assertThat(appended()).containsExactly(1);
    assertThat(imported(lines)).isEqualTo(summary(2, 0, 0, ""));
    assertThat(appended()).containsExactly(1, 2, 9);
  }

  @Test
  void whatCameTooEarlyIsThereBeforeWhatItMissed() throws IOException {
    imported(FLOW);
    List<String> lines = List.of(as("rejected", step(8, 5)), RUN);
    MemoryLog.Late first = log.nextIsLate(Optional.of(new KafkaException("cut")));
    assertUnavailable(lines);
    assertThat(first.isTold()).isTrue();
    assertThat(appended()).containsExactly(1);
    assertThat(imported(lines)).isEqualTo(summary(2, 0, 0, ""));
    assertThat(appended()).containsExactly(1, 8, 2);
  }

  @Test
  void heartbeatsAreOfWhatIsThereAndTheLatestCounts() throws IOException {
    String run = beat("F", 5, "null", 60_000);
    String task = beat("F", 5, "9", 61_000);
    List<String> lines = List.of(FLOW, RUN, run, STEP, TASK, task);
    assertThat(imported(lines)).isEqualTo(summary(4, 0, 0, 2, ""));
    assertThat(view().beats(5, OptionalLong.empty())).hasValue(60);
    assertThat(view().beats(5, OptionalLong.of(9))).hasValue(61);
    assertThat(imported(lines)).isEqualTo(summary(0, 4, 0, ""));
    assertThat(imported(beat("G", 5, "null", 99_000), beat("F", 5, "10", 99_000)))
        .isEqualTo(
            summary(
                0,
                0,
                2,
                refusal(1, "heartbeat of run G/5, which is not registered")
                    + ", "
                    + refusal(2, "heartbeat of run F/5, task 10, which is not registered")));
    assertThat(log.history().stream().map(record -> log.decoded(record.value())))
        .filteredOn(Heartbeat.class::isInstance)
        .hasSize(2);
  }

  // ---- what is refused -------------------------------------------------------------------------

  @Test
  void badLinesAreRefusedAndNamed() throws IOException {
    assertThat(
            imported(
                FLOW,
                "",
                "{",
                RUN.replace("5,", "\"5\","),
                RUN.replace("\"run_id\"", "\"run_ie\""),
                run(8, "F", 0),
                FLOW.replace("FlowRegistered", "FlowMoved"),
                FLOW.replace("\"flow_id\": \"F\", ", ""),
                RUN + " 1",
                "{\"type\": \"FlowRegistered\"}",
                FLOW.replace("\"F\"", "\"\\ud800\""),
                RUN))
        .isEqualTo(
            summary(
                2,
                0,
                9,
                String.join(
                    ", ",
                    refusal(
                        3,
                        "malformed JSON at column 2: Unexpected end-of-input: expected close marker"
                            + " for Object"),
                    refusal(4, "event: run_number must be an integer"),
                    refusal(5, "event: run_ie is not known to this version"),
                    refusal(6, "the numbers of runs are from 1 to 9007199254740991, not 0"),
                    refusal(7, "type 'FlowMoved' is not known to this version"),
                    refusal(8, "event: flow_id is missing"),
                    refusal(9, "the line goes on after the end of its object"),
                    refusal(10, "event is missing"),
                    refusal(11, "event: flow_id contains half of a surrogate pair"))));
    assertThat(appended()).containsExactly(1, 2);
  }

  @Test
  void childrenWithoutTheirParentsAreRefused() throws IOException {
    assertThat(imported(STEP, ADD))
        .isEqualTo(
            summary(
                0,
                0,
                2,
                refusal(1, "run F/5 is not registered")
                    + ", "
                    + refusal(2, "run F/5 is not registered")));
    assertThat(appended()).isEmpty();
  }

  @Test
  void whatChangedNothingWhereItComesFromMustChangeNothingHere() throws IOException {
    String early = as("rejected", step(8, 5));
    assertThat(imported(early, FLOW, RUN, as("superseded", run(9, "F", 5))))
        .isEqualTo(summary(4, 0, 0, ""));
    assertThat(imported(early)).isEqualTo(summary(0, 1, 0, ""));
    assertThat(imported(as("rejected", step(10, 5)), as("superseded", run(11, "F", 6))))
        .isEqualTo(
            summary(
                0,
                0,
                2,
                refusal(1, "it was rejected where it comes from, but would be applied here")
                    + ", "
                    + refusal(
                        2, "it was superseded where it comes from, but would be applied here")));
  }

  @Test
  void anEventThatIsTooLargeIsRefused() throws IOException {
    String large = FLOW.replace("ada", "a".repeat(8 << 20));
    assertThat(imported(large)).contains("the event takes 8388", " bytes, more than the 8386560");
    assertThat(imported(FLOW.replace("ada", "a".repeat(17 << 20))))
        .contains("the line is longer than 16773120 bytes");
    assertThat(appended()).isEmpty();
  }

  @Test
  void aFlowOfTheSameNameGetsTheRuns() throws IOException {
    imported(flow(100, "F"));
    assertThat(imported(HISTORY)).isEqualTo(summary(7, 0, 0, ""));
    assertThat(imported(HISTORY)).isEqualTo(summary(0, 7, 0, ""));
  }

  // ---- idempotency keys ------------------------------------------------------------------------

  @Test
  void idempotencyKeysComeWithTheirEvents() throws IOException {
    String run = keyed(RUN, "00010203040506ff");
    String repeated = as("superseded", keyed(run(9, "F", 6), "00010203040506ff"));
    assertThat(imported(FLOW, run, repeated)).isEqualTo(summary(3, 0, 0, ""));
    assertThat(view().keyed("F", "k"))
        .hasValueSatisfying(
            first -> {
              assertThat(first.runNumber()).isEqualTo(5);
              assertThat(first.has(new Fingerprint(HexFormat.of().parseHex("00010203040506ff"))))
                  .isTrue();
            });
    assertThat(imported(FLOW, run, repeated)).isEqualTo(summary(0, 3, 0, ""));
  }

  @Test
  void anIdempotencyKeyThatIsTakenHereEndsTheImport() throws IOException {
    imported(FLOW, keyed(RUN, "00010203040506ff"));
    assertCollision(
        "line 1 (RunRegistered of F/6) collides with what is here: idempotency key k is here"
            + " already",
        keyed(run(8, "F", 6), "00010203040506ff"));
  }

  @Test
  void aFingerprintHasEightBytes() throws IOException {
    assertThat(imported(keyed(FLOW, "0001")))
        .isEqualTo(
            summary(
                0,
                0,
                1,
                refusal(1, "event: idempotency: fingerprint must be 16 hexadecimal digits")));
  }

  // ---- what could not be taken back ------------------------------------------------------------

  /** Also what is below what is refused, and nothing is claimed for any of it. */
  @Test
  void numbersFarBeyondTheSequencesAreRefused() throws IOException {
    long far = (1L << 50) - 1;
    String beyond =
        "number 1125899906842623 of %s is far beyond the sequence, which could be moved up to "
            + (1L << 42);
    assertThat(
            imported(
                FLOW,
                run(8, "F", far),
                step(9, far),
                RUN,
                STEP,
                task(10, 5, far),
                metadata(11, 5, far, 20),
                TASK,
                metadata(12, 5, 9, far),
                METADATA))
        .isEqualTo(
            summary(
                5,
                0,
                5,
                String.join(
                    ", ",
                    refusal(2, beyond.formatted("runs")),
                    refusal(3, beyond.formatted("runs")),
                    refusal(6, beyond.formatted("tasks")),
                    refusal(7, beyond.formatted("tasks")),
                    refusal(9, beyond.formatted("metadata")))));
    assertThat(appended()).containsExactly(1, 2, 3, 4, 5);
    assertThat(take(Sequences.Name.RUNS)).isEqualTo(6);
    assertThat(take(Sequences.Name.TASKS)).isEqualTo(10);
    assertThat(take(Sequences.Name.METADATA)).isEqualTo(21);
  }

  /** As those of Metaflow's local runs, which are microseconds: nobody ever comes to them. */
  @Test
  void numbersThatNoSequenceComesToAreLeftWhereTheyAre() throws IOException {
    long island = 1_700_000_000_000_000L;
    String[] lines = {
      FLOW,
      run(8, "F", island),
      step(9, island),
      task(10, island, island + 1),
      metadata(11, island, island + 1, (1L << 53) - 1)
    };
    assertThat(imported(lines)).isEqualTo(summary(5, 0, 0, ""));
    assertThat(imported(lines)).isEqualTo(summary(0, 5, 0, ""));
    assertThat(take(Sequences.Name.RUNS)).isEqualTo(1);
    assertThat(take(Sequences.Name.TASKS)).isEqualTo(1);
    assertThat(take(Sequences.Name.METADATA)).isEqualTo(1);
    assertThatThrownBy(() -> imported(run(12, "F", island)))
        .hasMessage(
            "nothing is imported, since line 1 (RunRegistered of F/%d) collides with what is here: run F/%d is here already"
                .formatted(island, island));
  }

  @Test
  void aRehearsalLeavesNoTraceAndTellsWhichNumbersAreGivenHere() throws IOException {
    ImportMode dryRun = new ImportMode(true, Map.of(Sequences.Name.RUNS, 100L));
    assertThat(imported(dryRun, HISTORY.toArray(String[]::new)))
        .isEqualTo(
            summary(7, 0, 0, "")
                .replace("]}", "], \"given\": {\"runs\": [], \"tasks\": [], \"metadata\": []}}"));
    assertThat(appended()).isEmpty();
    assertThat(take(Sequences.Name.RUNS)).isEqualTo(1);
    assertThatThrownBy(() -> imported(dryRun, FLOW, run(2, "F", 1)))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            "nothing is imported, since line 2 (RunRegistered of F/1) collides with what is here: number 1 of runs is one that this installation gives itself");
    assertThat(imported(dryRun))
        .isEqualTo(
            summary(0, 0, 0, "")
                .replace(
                    "]}", "], \"given\": {\"runs\": [[1, 8]], \"tasks\": [], \"metadata\": []}}"));
  }

  @Test
  void numbersOfWhatIsToComeAreReserved() throws IOException {
    ImportMode mode = new ImportMode(false, Map.of(Sequences.Name.TASKS, 100L));
    assertThat(imported(mode, FLOW)).isEqualTo(summary(1, 0, 0, ""));
    assertThat(take(Sequences.Name.TASKS)).isEqualTo(101);
    assertThat(take(Sequences.Name.RUNS)).isEqualTo(1);
  }

  @Test
  void theFarthestNumberIsImportedAndTheNextOneIsBehindIt() throws IOException {
    assertThat(imported(FLOW, run(2, "F", 1L << 42))).isEqualTo(summary(2, 0, 0, ""));
    assertThat(take(Sequences.Name.RUNS)).isEqualTo((1L << 42) + 1);
  }

  @Test
  void namesThatNoUrlCanHaveAreRefusedWithWhatIsBelowThem() throws IOException {
    String reason = "%s must not be '%s': no URL can have it in its path";
    String artifacts =
        line(
            "ArtifactsRecorded",
            14,
            "F",
            "\"run_number\": 5, \"step_name\": \"s\", \"task_id\": 9, \"entries\": [{\"name\":"
                + " \"..\", \"attempt_id\": 0, \"location\": \"l\", \"ds_type\": \"d\"}],");
    assertThat(
            imported(
                flow(8, ".."),
                run(9, "..", 6),
                FLOW,
                run(10, "F", 7, "\".\""),
                step(11, 7),
                RUN,
                STEP.replace("\"s\"", "\"..\""),
                STEP,
                task(12, 5, 8).replace("8,", "8, \"task_name\": \"..\","),
                metadata(13, 5, 8, 20),
                TASK,
                artifacts,
                ADD))
        .isEqualTo(
            summary(
                5,
                0,
                8,
                String.join(
                    ", ",
                    refusal(1, reason.formatted("flow_id", "..")),
                    refusal(2, reason.formatted("flow_id", "..")),
                    refusal(4, reason.formatted("run_id", ".")),
                    refusal(5, "run F/7 is not registered"),
                    refusal(7, reason.formatted("step_name", "..")),
                    refusal(9, reason.formatted("task_name", "..")),
                    refusal(10, "task 5/s/8 is not registered"),
                    refusal(12, reason.formatted("name", "..")))));
    assertThat(appended()).containsExactly(1, 2, 3, 4, 6);
  }

  /** Not the whole import, as where something else has the number. */
  @Test
  void whatCannotBeANameIsRefusedWhoseverItsNumberIs() throws IOException {
    take(Sequences.Name.RUNS);
    given(flow(100, "Own"));
    given(run(101, "Own", 1));
    assertThat(
            imported(
                flow(8, ""),
                run(9, "", 1),
                FLOW,
                run(10, "F", 1, "\"\""),
                run(11, "a\\u0000b", 1),
                run(12, "..", 1),
                step(13, 1).replace("\"s\"", "\"\""),
                task(14, 1, 8).replace("8,", "8, \"task_name\": \"\",")))
        .isEqualTo(
            summary(
                1,
                0,
                7,
                String.join(
                    ", ",
                    refusal(1, "flow_id must not be empty"),
                    refusal(2, "flow_id must not be empty"),
                    refusal(4, "run_id must not be empty"),
                    refusal(5, "flow_id contains a NUL character"),
                    refusal(6, "flow_id must not be '..': no URL can have it in its path"),
                    refusal(7, "step_name must not be empty"),
                    refusal(8, "task_name must not be empty"))));
  }

  // ---- numbers ---------------------------------------------------------------------------------

  @Test
  void newNumbersComeBehindThoseThatAreImported() throws IOException {
    imported(HISTORY);
    assertThat(take(Sequences.Name.RUNS)).isEqualTo(6);
    assertThat(take(Sequences.Name.TASKS)).isEqualTo(10);
    assertThat(take(Sequences.Name.METADATA)).isEqualTo(21);
    assertThat(imported(HISTORY)).isEqualTo(summary(0, 7, 0, ""));
    assertThat(imported(flow(8, "G"), run(9, "G", 3))).isEqualTo(summary(2, 0, 0, ""));
    assertThat(
            log.history().stream()
                .filter(record -> record.topic().equals(topics.ids()))
                .map(record -> (IdsClaimed) log.decoded(record.value()))
                .filter(IdsClaimed::getReserved)
                .map(claim -> claim.getSequence() + " " + claim.getCount()))
        .containsExactly("runs 5", "tasks 9", "metadata 20");
  }

  @Test
  void whatIsNotImportedUsesUpNoNumbers() throws IOException {
    assertThat(imported(task(4, 5, 900_000)))
        .isEqualTo(summary(0, 0, 1, refusal(1, "run F/5 is not registered")));
    take(Sequences.Name.RUNS);
    assertCollision(
        "line 2 (RunRegistered of F/8) collides with what is here: number 8 of runs is one that"
            + " this installation gives itself",
        FLOW,
        run(8, "F", 8),
        run(9, "F", 900_000));
    assertThat(take(Sequences.Name.RUNS)).isEqualTo(2);
    assertThat(take(Sequences.Name.TASKS)).isEqualTo(1);
  }

  @Test
  void aNumberThatIsTakenMeanwhileEndsTheImport() {
    log.beforeClaim(
        () ->
            log.ids()
                .add(
                    serde.serialize(
                        new IdsClaimed(EventIds.next(1), "runs", 8L, 1L, "other/1", false))));
    assertCollision(
        "line 2 (RunRegistered of F/5) collides with what is here: number 5 of runs is one that"
            + " this installation gives itself; so do 5 others",
        HISTORY.toArray(String[]::new));
  }

  @Test
  void numbersThatSomethingElseHasEndTheImport() throws IOException {
    take(Sequences.Name.RUNS);
    given(flow(100, "Own"));
    given(run(101, "Own", 1));
    assertCollision(
        "line 3 (RunRegistered of F/1) collides with what is here: number 1 of runs is that of run"
            + " Own/1 here; so do 1 others",
        FLOW,
        RUN,
        run(8, "F", 1));
    assertCollision(
        "line 2 (RunRegistered of F/8) collides with what is here: number 8 of runs is one that"
            + " this installation gives itself",
        FLOW,
        run(8, "F", 8));
    assertThat(imported(FLOW, run(8, "F", 9))).isEqualTo(summary(2, 0, 0, ""));
  }

  @Test
  void numbersAndNamesOfAnotherImportEndTheImport() throws IOException {
    imported(HISTORY);
    assertCollision(
        "line 2 (RunRegistered of Other/5) collides with what is here: run F/5 is here already",
        flow(50, "Other"),
        run(51, "Other", 5));
    assertCollision(
        "line 1 (TaskRegistered of F/5/s/9) collides with what is here: task F/5/s/9 is here"
            + " already",
        task(52, 5, 9));
    imported(run(60, "F", 6, "\"argo\""));
    assertCollision(
        "line 1 (RunRegistered of F/7) collides with what is here: run F/argo is here already",
        run(61, "F", 7, "\"argo\""));
  }

  @Test
  void withoutViewsNothingIsImported() {
    views.viewsOpen(false);
    assertThatThrownBy(() -> imported(HISTORY)).isInstanceOf(ViewUnavailableException.class);
    assertThat(appended()).isEmpty();
  }

  @Test
  void cancelledItEnds() throws IOException {
    Path file = directory.resolve("lines");
    Files.write(file, HISTORY);
    ImportProgress progress = new ImportProgress();
    progress.cancel();
    assertThatThrownBy(() -> imports.run(new ImportFile(file, false), ImportMode.plain(), progress))
        .isInstanceOf(RefusedException.class);
    assertThat(appended()).isEmpty();
  }

  // ---- what is nothing, and what is compressed -------------------------------------------------

  @Test
  void onlyBlanksAreNothing() throws IOException {
    assertThat(imported(FLOW, "", " \t\r", RUN)).isEqualTo(summary(2, 0, 0, ""));
    for (char c = 0; c < ' '; c++) {
      if (c == '\t' || c == '\r' || c == '\n') {
        continue;
      }
      for (String line : List.of(Character.toString(c).repeat(3), " " + c, FLOW + c, c + FLOW)) {
        assertThat(imported(line))
            .as("%d", (int) c)
            .startsWith(summary(0, 0, 1, "").split("\\[")[0]);
      }
    }
    assertThat(imported(FLOW + "\0".repeat(9)))
        .isEqualTo(summary(0, 0, 1, refusal(1, "the body contains a NUL byte")));
  }

  @Test
  void compressedLinesAreInflatedOrRefusedAsAWhole() throws IOException {
    byte[] lines = gzip(String.join("\n", HISTORY));
    byte[] behind = Arrays.copyOf(lines, lines.length + 1);
    assertThat(refused(Arrays.copyOf(lines, lines.length - 1))).isEqualTo(Reason.MALFORMED);
    assertThat(refused(behind)).isEqualTo(Reason.MALFORMED);
    assertThat(refused(FLOW.getBytes(StandardCharsets.UTF_8))).isEqualTo(Reason.MALFORMED);
    assertThat(refused(gzip(FLOW + "\n" + "\n".repeat((int) ImportFile.ALWAYS_TAKEN))))
        .isEqualTo(Reason.TOO_LARGE);
    assertThat(appended()).isEmpty();
    assertThat(compressed(lines)).isEqualTo(summary(7, 0, 0, ""));
    assertThat(compressed(new byte[0])).isEqualTo(summary(0, 0, 0, ""));
  }

  private Reason refused(byte[] bytes) {
    return catchThrowableOfType(RefusedException.class, () -> compressed(bytes)).reason();
  }

  private String compressed(byte[] bytes) throws IOException {
    Path file = Files.write(directory.resolve("compressed"), bytes);
    return imports
        .run(new ImportFile(file, true), ImportMode.plain(), new ImportProgress())
        .toJson();
  }

  private static byte[] gzip(String text) {
    return Gzipped.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
