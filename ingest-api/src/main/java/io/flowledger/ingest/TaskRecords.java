package io.flowledger.ingest;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.MetadataEntry;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;

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
    RecordProposals.OfTask task = task(path);
    if (entries.isEmpty()) {
      Answers.unwritten(request, Answers.counted(METADATA_CREATED, 0));
      return;
    }
    Function<Integer, Buffer> answer = created -> Answers.counted(METADATA_CREATED, created);
    if (writer.answeredAgain(attempt, RecordProposals.metadataMade(entries.size()), answer)) {
      return;
    }
    numbers.several(
        request,
        Sequences.Name.METADATA,
        entries.size(),
        ids ->
            writer.write(
                attempt,
                RecordProposals.metadata(task, numbered(entries, ids), stamps.of(attempt)),
                answer));
  }

  static List<MetadataEntry> numbered(List<MetadataInput> entries, long[] ids) {
    List<MetadataEntry> numbered = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      numbered.add(entries.get(i).numbered(ids[i]));
    }
    return numbered;
  }

  // ---- artifacts -------------------------------------------------------------------------------

  void artifacts(RoutingContext request) {
    Path.OfTask path = new Path(request, config).toTask();
    byte[] body = Bodies.of(request);
    List<ArtifactEntry> entries = ArtifactInput.parse(body, config);
    Attempt attempt = Attempt.of(request, path.flowId(), body);
    RecordProposals.OfTask task = task(path);
    if (entries.isEmpty()) {
      Answers.unwritten(request, Answers.counted(ARTIFACTS_CREATED, 0));
      return;
    }
    Function<BitSet, Buffer> answer =
        created -> Answers.counted(ARTIFACTS_CREATED, created.cardinality());
    if (writer.answeredAgain(
        attempt, RecordProposals.artifactsMade(task.task(), entries), answer)) {
      return;
    }
    writer.write(attempt, RecordProposals.artifacts(task, entries, stamps.of(attempt)), answer);
  }

  // ---- both ------------------------------------------------------------------------------------

  private RecordProposals.OfTask task(Path.OfTask path) {
    return parents
        .task(path)
        .map(
            task ->
                new RecordProposals.OfTask(path.flowId(), task.run(), path.stepName(), task.task()))
        .orElseThrow(TaskRecords::unknownTask);
  }

  static RuntimeException unknownTask() {
    return RefusedException.malformed(TASK_UNKNOWN);
  }
}
