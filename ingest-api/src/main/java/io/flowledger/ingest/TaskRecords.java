package io.flowledger.ingest;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.projector.readmodel.EventKey;
import io.flowledger.projector.readmodel.View;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The requests by which tasks record metadata and artifacts. One request is one event. */
final class TaskRecords {

  private static final String METADATA_CREATED = "metadata_created";
  private static final String ARTIFACTS_CREATED = "artifacts_created";
  private static final String TASK_UNKNOWN = "need to register run_id and task_id first";

  private final IngestConfig config;
  private final Parents parents;
  private final Numbers numbers;
  private final Stamps stamps;
  private final Writer writer;

  TaskRecords(IngestConfig config, Parents parents, Numbers numbers, Stamps stamps, Writer writer) {
    this.config = config;
    this.parents = parents;
    this.numbers = numbers;
    this.stamps = stamps;
    this.writer = writer;
  }

  // ---- metadata --------------------------------------------------------------------------------

  void metadata(RoutingContext request) {
    Path.OfTask path = new Path(request, config).toTask();
    byte[] body = Bodies.of(request);
    List<MetadataInput> entries = MetadataInput.parse(body, config);
    Attempt attempt = Attempt.of(request, path.flowId(), body);
    Parents.TaskNumber task = task(path);
    if (entries.isEmpty()) {
      Answers.unwritten(request, Answers.counted(METADATA_CREATED, 0));
      return;
    }
    Buffer created = Answers.counted(METADATA_CREATED, entries.size());
    Writer.ReadBack readBack = (view, made) -> created;
    if (writer.answeredAgain(attempt, readBack)) {
      return;
    }
    numbers.several(
        request,
        Sequences.Name.METADATA,
        entries.size(),
        ids -> {
          Stamps.Stamp stamp = stamps.of(attempt);
          writer.write(
              attempt,
              event(stamp, path, task, numbered(entries, ids)),
              Writer.Made.of(stamp, 0),
              readBack,
              () -> created);
        });
  }

  private static List<MetadataEntry> numbered(List<MetadataInput> entries, long[] ids) {
    List<MetadataEntry> numbered = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      numbered.add(entries.get(i).numbered(ids[i]));
    }
    return numbered;
  }

  private static MetadataRecorded event(
      Stamps.Stamp stamp, Path.OfTask path, Parents.TaskNumber task, List<MetadataEntry> entries) {
    return new MetadataRecorded(
        stamp.eventId(),
        path.flowId(),
        task.run(),
        path.stepName(),
        task.task(),
        entries,
        stamp.epochMillis(),
        stamp.origin(),
        stamp.writtenBy(),
        stamp.idempotency());
  }

  // ---- artifacts -------------------------------------------------------------------------------

  void artifacts(RoutingContext request) {
    Path.OfTask path = new Path(request, config).toTask();
    byte[] body = Bodies.of(request);
    List<ArtifactEntry> entries = ArtifactInput.parse(body, config);
    Attempt attempt = Attempt.of(request, path.flowId(), body);
    Parents.TaskNumber task = task(path);
    if (entries.isEmpty()) {
      Answers.unwritten(request, Answers.counted(ARTIFACTS_CREATED, 0));
      return;
    }
    Writer.ReadBack first =
        (view, made) ->
            Answers.counted(
                ARTIFACTS_CREATED, countFirst(view, made.event(), task.task(), entries));
    if (writer.answeredAgain(attempt, first)) {
      return;
    }
    Stamps.Stamp stamp = stamps.of(attempt);
    var event =
        new ArtifactsRecorded(
            stamp.eventId(),
            path.flowId(),
            task.run(),
            path.stepName(),
            task.task(),
            entries,
            stamp.epochMillis(),
            stamp.origin(),
            stamp.writtenBy(),
            stamp.idempotency());
    writer.write(
        attempt,
        event,
        Writer.Made.of(stamp, 0),
        first,
        () -> Answers.counted(ARTIFACTS_CREATED, entries.size()));
  }

  private record Identity(int attempt, String name) {}

  /** How many of the artifacts of a task an event was the first to record. */
  private static int countFirst(View view, EventKey own, long task, List<ArtifactEntry> entries) {
    Map<Integer, View.AttemptArtifacts> attempts = new HashMap<>();
    Set<Identity> counted = new HashSet<>();
    int first = 0;
    for (ArtifactEntry entry : entries) {
      int attempt = entry.getAttemptId();
      boolean repeated = !counted.add(new Identity(attempt, entry.getName()));
      boolean made =
          !repeated
              && attempts
                  .computeIfAbsent(attempt, unread -> view.artifacts(task, unread))
                  .find(entry.getName())
                  .filter(artifact -> artifact.creator().equals(own))
                  .isPresent();
      first += made ? 1 : 0;
    }
    return first;
  }

  // ---- both ------------------------------------------------------------------------------------

  private Parents.TaskNumber task(Path.OfTask path) {
    return parents.task(path).orElseThrow(() -> Rejection.badRequest(TASK_UNKNOWN));
  }
}
