package io.flowledger.ingest.metaflow;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.http.Routes;
import io.flowledger.ingest.body.ArtifactInput;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.body.MetadataInput;
import io.flowledger.ingest.write.IdempotencyKey;
import io.flowledger.ingest.write.Parents;
import io.flowledger.ingest.write.Proposal.Draft;
import io.flowledger.ingest.write.RecordProposals;
import io.flowledger.ingest.write.RegisteredTask;
import io.flowledger.ingest.write.TaskPath;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;

/** Endpoints at which tasks record metadata and artifacts. One request is one event. */
public final class RecordRoutes implements Routes {

  private static final String METADATA_CREATED = "metadata_created";
  private static final String ARTIFACTS_CREATED = "artifacts_created";

  private final Limits limits;
  private final Parents parents;
  private final WriteAnswers answers;
  private final LateViews late;

  public RecordRoutes(Limits limits, Parents parents, WriteAnswers answers, LateViews late) {
    this.limits = limits;
    this.parents = parents;
    this.answers = answers;
    this.late = late;
  }

  @Override
  public void mount(Router router) {
    router.post(WriteRequest.TASK + "/metadata").handler(late.waiting(this::metadata));
    router.post(WriteRequest.TASK + "/artifact").handler(late.waiting(this::artifacts));
  }

  private void metadata(RoutingContext routing) {
    WriteRequest request = new WriteRequest(routing, limits);
    TaskPath path = request.task();
    byte[] body = request.body();
    List<MetadataInput> entries = MetadataInput.parse(body, limits);
    IdempotencyKey key = request.key(body);
    RegisteredTask task = parents.requireRecordable(path);
    if (entries.isEmpty()) {
      Answers.unwritten(routing, Answers.counted(METADATA_CREATED, 0));
      return;
    }
    Draft<Integer> metadata = RecordProposals.metadata(task, entries, key);
    Function<Integer, Buffer> answer = created -> Answers.counted(METADATA_CREATED, created);
    if (!answers.answeredAgain(request, metadata, answer)) {
      answers.write(request, metadata, answer);
    }
  }

  private void artifacts(RoutingContext routing) {
    WriteRequest request = new WriteRequest(routing, limits);
    TaskPath path = request.task();
    byte[] body = request.body();
    List<ArtifactEntry> entries = ArtifactInput.parse(body, limits);
    IdempotencyKey key = request.key(body);
    RegisteredTask task = parents.requireRecordable(path);
    if (entries.isEmpty()) {
      Answers.unwritten(routing, Answers.counted(ARTIFACTS_CREATED, 0));
      return;
    }
    Draft<BitSet> artifacts = RecordProposals.artifacts(task, entries, key);
    Function<BitSet, Buffer> answer =
        created -> Answers.counted(ARTIFACTS_CREATED, created.cardinality());
    if (!answers.answeredAgain(request, artifacts, answer)) {
      answers.write(request, artifacts, answer);
    }
  }
}
