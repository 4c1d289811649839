package io.flowledger.projector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.MetadataEntry;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.Seed;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.projection.EventsProjection;
import io.flowledger.projector.projection.RecordProjection;
import io.flowledger.projector.readmodel.ListingView.MetadataPlace;
import io.flowledger.projector.readmodel.ListingView.TaskMetadata;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.ArtifactRow;
import io.flowledger.projector.row.ArtifactScope;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.EventKey;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.MetadataRow;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.StepRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.Identifier;
import io.flowledger.schemas.serde.EventSerde;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Given events, then what can be read of them, and in which order. */
class RocksViewTest {

  private static final int ALL = Integer.MAX_VALUE;

  private final EventSerde serde = Events.serde();

  @TempDir private Path folder;
  private RocksResources resources;
  private RocksTable events;
  private RocksTable heartbeats;
  private View view;

  @BeforeEach
  void open() {
    resources = new RocksResources(8 << 20);
    events = new RocksTable(folder.resolve("events").toFile(), resources);
    heartbeats = new RocksTable(folder.resolve("heartbeats").toFile(), resources);
    view = new RocksView(events, heartbeats);
    given(
        Events.flow(1, "F", 1000),
        Events.flow(2, "G", 1000),
        Events.flow(3, "H", 1001),
        Events.run(4, "F", 7, null, null, 2000),
        Events.run(5, "F", 8, "argo-x", 50L, 2001),
        Events.run(6, "F", 9, null, null, 2001),
        Events.run(7, "G", 10, null, null, 2000),
        Events.step(8, "F", 7, "start", 3000),
        Events.step(9, "F", 7, "end", 3000),
        Events.step(10, "F", 7, "join", 2999),
        Events.task(11, "F", 7, "start", 20, null, null, 4001),
        Events.task(12, "F", 7, "start", 21, "t-a", null, 4000),
        Events.task(13, "F", 7, "start", 22, null, null, 4000),
        Events.task(14, "F", 7, "end", 23, null, null, 4002));
  }

  private long offset;

  @AfterEach
  void close() {
    events.close();
    heartbeats.close();
    resources.close();
  }

  private void given(SpecificRecord... records) {
    RecordProjection projection = new EventsProjection(serde);
    try (WriteAhead ahead = new WriteAhead(events)) {
      for (SpecificRecord record : records) {
        assertThat(projection.apply(Events.key(record), serde.serialize(record), offset++, ahead))
            .isEqualTo(Verdict.APPLIED);
      }
      ahead.flush();
    }
  }

  private static <T, R> List<R> listed(
      int limit, Function<T, R> seen, Consumer<RowVisitor<T>> listing) {
    List<R> rows = new ArrayList<>();
    listing.accept(
        row -> {
          rows.add(seen.apply(row));
          return rows.size() < limit;
        });
    return rows;
  }

  private RunRow run(long number) {
    return view.run(number == 10 ? "G" : "F", new Identifier.Number(number)).orElseThrow();
  }

  @Test
  void findsObjectsByNumberAndByName() {
    assertThat(view.flow("F").map(FlowRow::flowId)).hasValue("F");
    assertThat(view.run("F", Identifier.parse("8")).map(RunRow::number)).hasValue(8L);
    assertThat(view.run("F", Identifier.parse("argo-x")).map(RunRow::number)).hasValue(8L);
    assertThat(view.step(run(7), "start").map(StepRow::stepName)).hasValue("start");
    assertThat(view.task(run(7), "start", Identifier.parse("21")).map(TaskRow::id)).hasValue(21L);
    assertThat(view.task(run(7), "start", Identifier.parse("t-a")).map(TaskRow::id)).hasValue(21L);
    assertThat(view.task(22).map(TaskRow::id)).hasValue(22L);
  }

  @Test
  void findsNothingUnderAnotherParent() {
    assertThat(view.flow("Z")).isEmpty();
    assertThat(view.run("G", Identifier.parse("8"))).isEmpty();
    assertThat(view.run("G", Identifier.parse("argo-x"))).isEmpty();
    assertThat(view.step(run(8), "start")).isEmpty();
    assertThat(view.task(run(7), "end", Identifier.parse("21"))).isEmpty();
    assertThat(view.task(run(7), "end", Identifier.parse("t-a"))).isEmpty();
    assertThat(view.task(run(8), "start", Identifier.parse("21"))).isEmpty();
    assertThat(view.task(99)).isEmpty();
    assertThat(view.artifacts(20, 0).find("x")).isEmpty();
  }

  @Test
  void listsFlowsNewestFirst() {
    Function<FlowRow, String> name = FlowRow::flowId;

    assertThat(listed(ALL, name, visitor -> view.flows(Optional.empty(), visitor)))
        .containsExactly("H", "G", "F");
    assertThat(listed(2, name, visitor -> view.flows(Optional.empty(), visitor)))
        .containsExactly("H", "G");
    assertThat(
            listed(
                ALL,
                name,
                visitor -> view.flows(Optional.of(new Cursor.ByName(1000, "G")), visitor)))
        .containsExactly("F");
  }

  @Test
  void listsRunsNewestFirst() {
    Function<RunRow, Long> number = RunRow::number;

    assertThat(listed(ALL, number, visitor -> view.runs("F", Optional.empty(), visitor)))
        .containsExactly(9L, 8L, 7L);
    assertThat(
            listed(
                ALL,
                number,
                visitor -> view.runs("F", Optional.of(new Cursor.ByNumber(2001, 9)), visitor)))
        .containsExactly(8L, 7L);
    assertThat(
            listed(
                ALL,
                number,
                visitor -> view.runs("F", Optional.of(new Cursor.ByNumber(2000, 99)), visitor)))
        .containsExactly(7L);
    assertThat(listed(ALL, number, visitor -> view.runs("H", Optional.empty(), visitor))).isEmpty();
  }

  @Test
  void listsStepsNewestFirst() {
    assertThat(listed(ALL, StepRow::stepName, visitor -> view.steps(7, Optional.empty(), visitor)))
        .containsExactly("start", "end", "join");
    assertThat(
            listed(
                ALL,
                StepRow::stepName,
                visitor -> view.steps(7, Optional.of(new Cursor.ByName(3000, "start")), visitor)))
        .containsExactly("end", "join");
  }

  @Test
  void listsTasksWithTheirHeartbeats() {
    heartbeats.put(Keys.taskHeartbeat(19), Events.number(90));
    heartbeats.put(Keys.taskHeartbeat(21), Events.number(91));
    heartbeats.put(Keys.taskHeartbeat(22), Events.number(92));
    heartbeats.put(Keys.taskHeartbeat(24), Events.number(93));
    assertThat(
            listed(
                ALL,
                (View.ListedTask task) -> task.row().id() + " " + task.heartbeat().orElse(0),
                visitor -> view.tasks(7, "start", Optional.empty(), visitor)))
        .containsExactly("20 0", "22 92", "21 91");
  }

  @Test
  void listsTasksWithTheirProgress() {
    given(
        Events.metadata(20, "F", 7, "start", 21, 5000, List.of(Events.entry(30, "attempt", "1"))),
        Events.metadata(
            21, "F", 7, "start", 22, 5000, List.of(Events.entry(31, "attempt-done", "0"))),
        Events.metadata(22, "F", 7, "end", 23, 5000, List.of(Events.entry(32, "attempt", "0"))));
    for (long task = 19; task < 25; task++) {
      heartbeats.put(Keys.taskHeartbeat(task), Events.number(70 + task));
    }

    assertThat(
            listed(
                ALL,
                (View.TrackedTask task) ->
                    task.row().id()
                        + " "
                        + task.progress().attempts()
                        + " "
                        + task.progress().end()
                        + " "
                        + task.heartbeat().orElse(0),
                visitor -> view.trackedTasks(7, "start", visitor)))
        .containsExactly("20 0 NONE 90", "22 1 DONE 0", "21 1 NONE 91");
    assertThat(
            listed(
                ALL,
                (View.TrackedTask task) -> task,
                visitor -> view.trackedTasks(7, "join", visitor)))
        .isEmpty();
  }

  @Test
  void listsTasksNewestFirst() {
    assertThat(
            listed(
                ALL,
                (View.ListedTask task) -> task.row().id(),
                visitor -> view.tasks(7, "start", Optional.empty(), visitor)))
        .containsExactly(20L, 22L, 21L);
    assertThat(
            listed(
                ALL,
                (View.ListedTask task) -> task.row().id(),
                visitor ->
                    view.tasks(7, "start", Optional.of(new Cursor.ByNumber(4001, 20)), visitor)))
        .containsExactly(22L, 21L);
  }

  @Test
  void listsMetadataOfATaskAndOfARunNewestFirst() {
    given(
        Events.metadata(
            20,
            "F",
            7,
            "start",
            20,
            5000,
            List.of(Events.entry(30, "a", "1"), Events.entry(31, "b", "2"))),
        Events.metadata(21, "F", 7, "end", 23, 5001, List.of(Events.entry(29, "a", "3"))));

    assertThat(
            listed(
                ALL,
                MetadataRow::id,
                visitor -> view.taskMetadata(task(20), Optional.empty(), visitor)))
        .containsExactly(31L, 30L);
    assertThat(
            listed(ALL, MetadataRow::id, visitor -> view.runMetadata(7, Optional.empty(), visitor)))
        .containsExactly(29L, 31L, 30L);
    assertThat(
            listed(
                ALL,
                MetadataRow::id,
                visitor ->
                    view.runMetadata(7, Optional.of(new Cursor.ByNumber(5000, 31)), visitor)))
        .containsExactly(30L);
  }

  @Test
  void listsTheMetadataOfAStepByTask() {
    given(
        Events.metadata(
            20,
            "F",
            7,
            "start",
            22,
            5000,
            List.of(Events.entry(30, "attempt_ok", "größe"), Events.entry(31, "attempt", "0"))),
        Events.metadata(21, "F", 7, "start", 20, 5001, List.of(Events.entry(32, "attempt", "1"))),
        Events.metadata(22, "F", 7, "end", 23, 5001, List.of(Events.entry(33, "attempt", "2"))));

    assertThat(ofStep(Optional.empty())).containsExactly("20 32 1", "22 31 0", "22 30 größe");
    assertThat(ofStep(Optional.of(new MetadataPlace(20, new Cursor.ByNumber(5001, 32)))))
        .containsExactly("22 31 0", "22 30 größe");
    assertThat(ofStep(Optional.of(new MetadataPlace(22, new Cursor.ByNumber(5000, 31)))))
        .containsExactly("22 30 größe");
    assertThat(
            listed(
                ALL,
                (TaskMetadata metadata) -> metadata.row().isOf(Events.utf8("attempt")),
                visitor -> view.stepMetadata(7, "start", Optional.empty(), visitor)))
        .containsExactly(true, true, false);
  }

  private List<String> ofStep(Optional<MetadataPlace> after) {
    return listed(
        ALL,
        (TaskMetadata metadata) ->
            metadata.task() + " " + metadata.row().id() + " " + metadata.row().value(),
        visitor -> view.stepMetadata(7, "start", after, visitor));
  }

  private record MetadataFact(long tsEpoch, long id, long task) {
    static final Comparator<MetadataFact> NEWEST_FIRST =
        Comparator.comparing(MetadataFact::tsEpoch).thenComparing(MetadataFact::id).reversed();
  }

  /**
   * Numbers are mixed between events of the same millisecond as no request would do it, and gone on
   * from every place, whether or not a row is there.
   */
  @Test
  void goesOnInMetadataFromAnyPlace() {
    long seed = Seed.of("RocksViewTest");
    Random random = new Random(seed);
    List<Long> ids = new ArrayList<>(LongStream.range(100, 300).boxed().toList());
    List<MetadataFact> facts = new ArrayList<>();
    for (long event = 50; !ids.isEmpty(); event++) {
      long task = 20 + random.nextInt(3);
      long ts = 5000 + random.nextInt(3);
      List<MetadataEntry> entries = new ArrayList<>();
      int from = random.nextInt(ids.size());
      int more = 1 + random.nextInt(8);
      while (more-- > 0 && from < ids.size()) {
        long id = ids.remove(random.nextInt(4) == 0 ? random.nextInt(ids.size()) : from);
        entries.add(Events.entry(id, "f", Long.toString(id)));
        facts.add(new MetadataFact(ts, id, task));
      }
      given(Events.metadata(event, "F", 7, "start", task, ts, entries));
    }
    facts.sort(MetadataFact.NEWEST_FIRST);
    for (int ts = 4999; ts <= 5003; ts++) {
      for (int id = 98; id <= 301; id++) {
        Cursor.ByNumber place = new Cursor.ByNumber(ts, id);
        List<MetadataFact> rest =
            facts.stream()
                .filter(
                    fact ->
                        MetadataFact.NEWEST_FIRST.compare(
                                fact, new MetadataFact(place.tsEpoch(), place.number(), 0))
                            > 0)
                .toList();
        assertThat(
                listed(
                    ALL,
                    MetadataRow::id,
                    visitor -> view.runMetadata(7, Optional.of(place), visitor)))
            .as("run after %s, seed %d", place, seed)
            .isEqualTo(rest.stream().map(MetadataFact::id).toList());
        assertThat(
                listed(
                    ALL,
                    MetadataRow::id,
                    visitor -> view.taskMetadata(task(21), Optional.of(place), visitor)))
            .as("task after %s, seed %d", place, seed)
            .isEqualTo(
                rest.stream().filter(fact -> fact.task() == 21).map(MetadataFact::id).toList());
      }
    }
  }

  private TaskRow task(long id) {
    return view.task(id).orElseThrow();
  }

  @Test
  void listsArtifactsByAttempt() {
    given(
        Events.artifacts(
            20,
            "F",
            7,
            "start",
            20,
            5000,
            List.of(Events.artifact("x", 0, "1"), Events.artifact("y", 0, "2"))),
        Events.artifacts(21, "F", 7, "start", 20, 5001, List.of(Events.artifact("x", 2, "3"))),
        Events.artifacts(22, "F", 7, "start", 22, 5000, List.of(Events.artifact("x", 0, "4"))),
        Events.artifacts(23, "F", 7, "end", 23, 5002, List.of(Events.artifact("z", -1, "5"))));
    ArtifactScope run = new ArtifactScope.OfRun(7);
    ArtifactScope step = new ArtifactScope.OfStep(7, "start");
    ArtifactScope task = new ArtifactScope.OfTask(20);

    assertThat(view.attempts(run)).containsExactly(2, 0, -1);
    assertThat(view.attempts(step)).containsExactly(2, 0);
    assertThat(view.attempts(new ArtifactScope.OfTask(22))).containsExactly(0);
    assertThat(view.attempts(new ArtifactScope.OfTask(21))).isEmpty();
    assertThat(view.hasLaterAttempt(20, 1)).isTrue();
    assertThat(view.hasLaterAttempt(20, 2)).isFalse();
    assertThat(view.hasLaterAttempt(21, -5)).isFalse();

    assertThat(artifacts(run, 0, Optional.empty())).containsExactly("22 x", "20 y", "20 x");
    assertThat(artifacts(step, 0, Optional.empty())).containsExactly("22 x", "20 y", "20 x");
    assertThat(artifacts(task, 0, Optional.empty())).containsExactly("20 y", "20 x");
    assertThat(artifacts(task, 2, Optional.empty())).containsExactly("20 x");
    assertThat(artifacts(run, -1, Optional.empty())).containsExactly("23 z");
    assertThat(artifacts(run, 1, Optional.empty())).isEmpty();
    assertThat(artifacts(run, 0, Optional.of(new Cursor.ByArtifact(5000, 20, "y"))))
        .containsExactly("20 x");
    assertThat(artifacts(task, 0, Optional.of(new Cursor.ByArtifact(5000, 20, "y"))))
        .containsExactly("20 x");
    assertThat(artifacts(task, 0, Optional.of(new Cursor.ByArtifact(5000, 19, "y")))).isEmpty();
    assertThat(artifacts(task, 0, Optional.of(new Cursor.ByArtifact(5000, 21, "a"))))
        .containsExactly("20 y", "20 x");
  }

  @Test
  void findsArtifactsOfEveryBatchByName() {
    given(
        Events.artifacts(20, "F", 7, "start", 20, 5001, List.of(Events.artifact("x", 2, "1"))),
        Events.artifacts(21, "F", 7, "start", 20, 5000, List.of(Events.artifact("y", 2, "2"))),
        Events.artifacts(22, "F", 7, "start", 20, 5000, List.of(Events.artifact("z", 2, "3"))),
        Events.artifacts(23, "F", 7, "start", 20, 5001, List.of(Events.artifact("a", 2, "4"))));
    View.AttemptArtifacts found = view.artifacts(20, 2);

    assertThat(found.find("x").map(ArtifactRow::tsEpoch)).hasValue(5001L);
    assertThat(found.find("y").map(ArtifactRow::tsEpoch)).hasValue(5000L);
    assertThat(found.find("z").map(ArtifactRow::tsEpoch)).hasValue(5000L);
    assertThat(found.find("a").map(ArtifactRow::creator)).hasValue(EventKey.of(Events.id(23)));
    assertThat(found.find("x").map(ArtifactRow::creator)).hasValue(EventKey.of(Events.id(20)));
    assertThat(found.find("b")).isEmpty();
    assertThat(view.artifacts(20, 1).find("x")).isEmpty();
    assertThat(artifacts(new ArtifactScope.OfTask(20), 2, Optional.empty()))
        .containsExactly("20 x", "20 a", "20 z", "20 y");
  }

  @Test
  void listsTheExtremeAttempts() {
    given(
        Events.artifacts(
            20,
            "F",
            7,
            "start",
            20,
            5000,
            List.of(
                Events.artifact("x", Integer.MIN_VALUE, "1"),
                Events.artifact("x", Integer.MAX_VALUE, "2"))));

    assertThat(view.attempts(new ArtifactScope.OfTask(20)))
        .containsExactly(Integer.MAX_VALUE, Integer.MIN_VALUE);
  }

  private List<String> artifacts(
      ArtifactScope scope, int attempt, Optional<Cursor.ByArtifact> after) {
    return listed(
        ALL,
        (ArtifactRow row) -> row.taskId() + " " + row.name(),
        visitor -> view.artifacts(scope, attempt, after, visitor));
  }

  @Test
  void takesTheLatestHeartbeatOfWhateverBeats() {
    assertThat(heartbeatOfRun(7)).isEmpty();
    assertThat(heartbeatOfRun(8)).isEqualTo(OptionalLong.of(50));

    given(
        Events.step(20, "F", 8, "start", 3000),
        Events.task(21, "F", 8, "start", 30, null, 60L, 4000));
    assertThat(heartbeatOfRun(8)).isEqualTo(OptionalLong.of(60));
    assertThat(heartbeatOfTask(30)).isEqualTo(OptionalLong.of(60));

    heartbeats.put(Keys.runHeartbeat(8), Events.number(55));
    heartbeats.put(Keys.taskHeartbeat(30), Events.number(59));
    assertThat(heartbeatOfRun(8)).isEqualTo(OptionalLong.of(60));
    assertThat(heartbeatOfTask(30)).isEqualTo(OptionalLong.of(60));

    heartbeats.put(Keys.runHeartbeat(8), Events.number(70));
    heartbeats.put(Keys.taskHeartbeat(30), Events.number(71));
    assertThat(heartbeatOfRun(8)).isEqualTo(OptionalLong.of(70));
    assertThat(heartbeatOfTask(30)).isEqualTo(OptionalLong.of(71));
  }

  private OptionalLong heartbeatOfRun(long number) {
    return view.heartbeat(run(number), view.progress(number));
  }

  private OptionalLong heartbeatOfTask(long id) {
    return view.heartbeat(view.task(id).orElseThrow());
  }
}
