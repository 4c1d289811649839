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
    List<MetadataInput> entries = MetadataInput.parse(Bodies.of(request), config);
    Parents.TaskNumber task = task(path);
    if (entries.isEmpty()) {
      Answers.unwritten(request, Answers.counted(METADATA_CREATED, 0));
      return;
    }
    numbers.several(
        request,
        Sequences.Name.METADATA,
        entries.size(),
        ids -> append(request, path, task, numbered(entries, ids)));
  }

  private static List<MetadataEntry> numbered(List<MetadataInput> entries, long[] ids) {
    List<MetadataEntry> numbered = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      numbered.add(entries.get(i).numbered(ids[i]));
    }
    return numbered;
  }

  private void append(
      RoutingContext request,
      Path.OfTask path,
      Parents.TaskNumber task,
      List<MetadataEntry> entries) {
    Stamps.Stamp stamp = stamps.of(request);
    var event =
        new MetadataRecorded(
            stamp.eventId(),
            path.flowId(),
            task.run(),
            path.stepName(),
            task.task(),
            entries,
            stamp.epochMillis(),
            stamp.origin(),
            stamp.writtenBy(),
            null);
    Buffer created = Answers.counted(METADATA_CREATED, entries.size());
    writer.write(request, path.flowId(), event, view -> created, () -> created);
  }

  // ---- artifacts -------------------------------------------------------------------------------

  void artifacts(RoutingContext request) {
    Path.OfTask path = new Path(request, config).toTask();
    List<ArtifactEntry> entries = ArtifactInput.parse(Bodies.of(request), config);
    Parents.TaskNumber task = task(path);
    if (entries.isEmpty()) {
      Answers.unwritten(request, Answers.counted(ARTIFACTS_CREATED, 0));
      return;
    }
    Stamps.Stamp stamp = stamps.of(request);
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
            null);
    writer.write(
        request,
        path.flowId(),
        event,
        view -> Answers.counted(ARTIFACTS_CREATED, countFirst(view, event)),
        () -> Answers.counted(ARTIFACTS_CREATED, entries.size()));
  }

  private record Identity(int attempt, String name) {}

  /** How many artifacts of the view this event was the first to record. */
  private static int countFirst(View view, ArtifactsRecorded event) {
    EventKey own = EventKey.of(event.getEventId());
    Map<Integer, View.AttemptArtifacts> attempts = new HashMap<>();
    Set<Identity> counted = new HashSet<>();
    int first = 0;
    for (ArtifactEntry entry : event.getEntries()) {
      int attempt = entry.getAttemptId();
      boolean repeated = !counted.add(new Identity(attempt, entry.getName()));
      boolean made =
          !repeated
              && attempts
                  .computeIfAbsent(attempt, unread -> view.artifacts(event.getTaskId(), unread))
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
