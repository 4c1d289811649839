package io.flowledger.projector;

import io.flowledger.projector.readmodel.ArtifactRow;
import io.flowledger.projector.readmodel.Cursor;
import io.flowledger.projector.readmodel.FlowRow;
import io.flowledger.projector.readmodel.MetadataRow;
import io.flowledger.projector.readmodel.RunProgress;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.Scope;
import io.flowledger.projector.readmodel.StepRow;
import io.flowledger.projector.readmodel.TaskRow;
import io.flowledger.projector.readmodel.View;
import io.flowledger.schemas.Identifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The view of one partition, read from the tables of its events and of its heartbeats. */
final class RocksView implements View {

  private final RocksTable events;
  private final RocksTable heartbeats;

  RocksView(RocksTable events, RocksTable heartbeats) {
    this.events = events;
    this.heartbeats = heartbeats;
  }

  // ---- objects ---------------------------------------------------------------------------------

  @Override
  public Optional<FlowRow> flow(String flowId) {
    return Optional.ofNullable(events.get(Keys.flow(flowId))).map(FlowRow::new);
  }

  @Override
  public Optional<RunRow> run(String flowId, Identifier run) {
    OptionalLong number = number(run, name -> Keys.runByName(flowId, name));
    return number.isEmpty()
        ? Optional.empty()
        : run(number.getAsLong()).filter(found -> found.flowId().equals(flowId));
  }

  private Optional<RunRow> run(long number) {
    return Optional.ofNullable(events.getShared(Keys.run(number))).map(RunRow::new);
  }

  @Override
  public Optional<StepRow> step(RunRow run, String stepName) {
    return Optional.ofNullable(events.get(Keys.step(run.number(), stepName))).map(StepRow::new);
  }

  @Override
  public Optional<TaskRow> task(RunRow run, String stepName, Identifier task) {
    OptionalLong id = number(task, name -> Keys.taskByName(run.number(), stepName, name));
    return id.isEmpty()
        ? Optional.empty()
        : task(id.getAsLong())
            .filter(
                found -> found.runNumber() == run.number() && found.stepName().equals(stepName));
  }

  @Override
  public Optional<TaskRow> task(long task) {
    return Optional.ofNullable(events.get(Keys.task(task))).map(TaskRow::new);
  }

  @Override
  public Optional<ArtifactRow> artifact(long task, int attempt, String name) {
    return Optional.ofNullable(events.get(Keys.artifact(task, attempt, name)))
        .map(ArtifactRow::new);
  }

  private interface NameKey {
    byte[] of(String name);
  }

  private OptionalLong number(Identifier identifier, NameKey nameKey) {
    if (identifier instanceof Identifier.Number number) {
      return OptionalLong.of(number.value());
    }
    byte[] number = events.get(nameKey.of(((Identifier.Name) identifier).value()));
    return number == null
        ? OptionalLong.empty()
        : OptionalLong.of(ByteBuffer.wrap(number).getLong());
  }

  // ---- progress --------------------------------------------------------------------------------

  @Override
  public RunProgress progress(long run) {
    byte[] row = events.get(Keys.progress(run));
    return row == null ? RunProgress.initial() : new RunProgress(row);
  }

  @Override
  public OptionalLong heartbeat(RunRow run, RunProgress progress) {
    return later(
        later(run.firstHeartbeat(), progress.taskHeartbeat()),
        heartbeat(Keys.runHeartbeat(run.number())));
  }

  @Override
  public OptionalLong heartbeat(TaskRow task) {
    return later(task.firstHeartbeat(), heartbeat(Keys.taskHeartbeat(task.id())));
  }

  private OptionalLong heartbeat(byte[] key) {
    return seconds(heartbeats.get(key));
  }

  private static OptionalLong seconds(byte @Nullable [] seconds) {
    return seconds == null
        ? OptionalLong.empty()
        : OptionalLong.of(ByteBuffer.wrap(seconds).getLong());
  }

  private static OptionalLong later(OptionalLong a, OptionalLong b) {
    return a.isEmpty() || (b.isPresent() && b.getAsLong() > a.getAsLong()) ? b : a;
  }

  // ---- listings --------------------------------------------------------------------------------

  @Override
  public void flows(Optional<Cursor.ByName> after, Visitor<FlowRow> visitor) {
    byte[] prefix = Keys.flows().bytes();
    events.scan(
        prefix,
        after.map(Keys::flowInList).orElse(prefix),
        (key, value) -> visitor.visit(new FlowRow(value)));
  }

  @Override
  public void runs(String flowId, Optional<Cursor.ByNumber> after, Visitor<RunRow> visitor) {
    byte[] prefix = Keys.runs(flowId).bytes();
    events.scan(
        prefix,
        after.map(place -> Keys.runInList(flowId, place)).orElse(prefix),
        (key, value) -> {
          Optional<RunRow> run = run(new Keys.Parts(key, prefix.length).place().number());
          return run.isEmpty() || visitor.visit(run.get());
        });
  }

  @Override
  public void steps(long run, Optional<Cursor.ByName> after, Visitor<StepRow> visitor) {
    byte[] prefix = Keys.steps(run).bytes();
    events.scan(
        prefix,
        after.map(place -> Keys.stepInList(run, place)).orElse(prefix),
        (key, value) -> visitor.visit(new StepRow(value)));
  }

  @Override
  public void tasks(
      long run, String stepName, Optional<Cursor.ByNumber> after, Visitor<ListedTask> visitor) {
    byte[] prefix = Keys.tasks(run, stepName).bytes();
    byte[] from = after.map(place -> Keys.taskInList(run, stepName, place)).orElse(prefix);
    // Newest first, so the numbers of the tasks descend, and their heartbeats lie side by side.
    heartbeats.lookUpDescending(
        beats ->
            events.scan(
                prefix,
                from,
                (key, value) -> {
                  TaskRow task = new TaskRow(value);
                  OptionalLong beat = seconds(beats.get(Keys.taskHeartbeat(task.id())));
                  return visitor.visit(new ListedTask(task, later(task.firstHeartbeat(), beat)));
                }));
  }

  @Override
  public void taskMetadata(
      long task, Optional<Cursor.ByNumber> after, Visitor<MetadataRow> visitor) {
    byte[] prefix = Keys.taskMetadata(task).bytes();
    events.scan(
        prefix,
        after.map(place -> Keys.metadata(task, place)).orElse(prefix),
        (key, value) -> {
          Cursor.ByNumber place = new Keys.Parts(key, prefix.length).place();
          return visitor.visit(new MetadataRow(place.tsEpoch(), place.number(), value));
        });
  }

  @Override
  public void runMetadata(long run, Optional<Cursor.ByNumber> after, Visitor<MetadataRow> visitor) {
    byte[] prefix = Keys.runMetadata(run).bytes();
    events.scan(
        prefix,
        after.map(place -> Keys.metadataInRun(run, place)).orElse(prefix),
        (key, task) -> {
          Cursor.ByNumber place = new Keys.Parts(key, prefix.length).place();
          byte[] json = events.get(Keys.metadata(ByteBuffer.wrap(task).getLong(), place));
          return json == null
              || visitor.visit(new MetadataRow(place.tsEpoch(), place.number(), json));
        });
  }

  @Override
  public List<Integer> attempts(Scope scope) {
    List<Integer> attempts = new ArrayList<>();
    byte[] prefix = Keys.artifacts(scope).bytes();
    OptionalLong next = firstAttempt(prefix, prefix);
    while (next.isPresent()) {
      int attempt = (int) next.getAsLong();
      attempts.add(attempt);
      next =
          attempt == Integer.MIN_VALUE
              ? OptionalLong.empty()
              : firstAttempt(prefix, Keys.artifactsOfAttempt(scope, attempt - 1));
    }
    return attempts;
  }

  @Override
  public boolean hasLaterAttempt(long task, int attempt) {
    byte[] prefix = Keys.artifacts(new Scope.OfTask(task)).bytes();
    OptionalLong highest = firstAttempt(prefix, prefix);
    return highest.isPresent() && highest.getAsLong() > attempt;
  }

  private OptionalLong firstAttempt(byte[] prefix, byte[] from) {
    long[] found = {Long.MIN_VALUE};
    events.scan(
        prefix,
        from,
        (key, value) -> {
          found[0] = new Keys.Parts(key, prefix.length).attempt();
          return false;
        });
    return found[0] == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(found[0]);
  }

  @Override
  public void artifacts(
      Scope scope, int attempt, Optional<Cursor.ByArtifact> after, Visitor<ArtifactRow> visitor) {
    byte[] prefix = Keys.artifactsOfAttempt(scope, attempt);
    events.scan(
        prefix,
        after.map(place -> Keys.artifactInList(scope, attempt, place)).orElse(prefix),
        (key, value) -> {
          Keys.Parts parts = new Keys.Parts(key, prefix.length);
          parts.descending(); // ts_epoch
          long task = parts.descending();
          Optional<ArtifactRow> artifact = artifact(task, attempt, parts.descendingName());
          return artifact.isEmpty() || visitor.visit(artifact.get());
        });
  }

  @Override
  public void fieldValues(
      long run,
      String stepName,
      Optional<String> fieldName,
      Optional<FieldPlace> after,
      Visitor<FieldRow> visitor) {
    int step = Keys.fieldValues(run, stepName).bytes().length;
    byte[] prefix =
        fieldName
            .map(field -> Keys.fieldValues(run, stepName).name(field).bytes())
            .orElseGet(() -> Keys.fieldValues(run, stepName).bytes());
    byte[] from =
        after
            .map(
                place ->
                    Keys.fieldValue(run, stepName, place.fieldName(), place.task(), place.id()))
            .orElse(prefix);
    events.scan(
        prefix,
        from,
        (key, value) -> {
          Keys.Parts parts = new Keys.Parts(key, step);
          FieldPlace place = new FieldPlace(parts.name(), parts.number(), parts.number());
          return visitor.visit(new FieldRow(place, new String(value, StandardCharsets.UTF_8)));
        });
  }
}
