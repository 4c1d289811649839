package io.flowledger.ingest.metaflow;

import io.flowledger.http.Routes;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.body.TagMutation;
import io.flowledger.ingest.write.IdempotencyKey;
import io.flowledger.ingest.write.Parents;
import io.flowledger.ingest.write.Proposal.Draft;
import io.flowledger.ingest.write.RecordProposals;
import io.flowledger.ingest.write.RegisteredRun;
import io.flowledger.ingest.write.RunTags;
import io.flowledger.projector.row.RunRow;
import io.flowledger.schemas.Identifier;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/**
 * Endpoint that changes the user tags of a run. The event says what to add and to remove, not what
 * results: so of several changes at the same time none is lost.
 */
public final class TagRoutes implements Routes {

  private final Limits limits;
  private final Parents parents;
  private final WriteAnswers answers;
  private final LateViews late;

  public TagRoutes(Limits limits, Parents parents, WriteAnswers answers, LateViews late) {
    this.limits = limits;
    this.parents = parents;
    this.answers = answers;
    this.late = late;
  }

  @Override
  public void mount(Router router) {
    router.patch(WriteRequest.RUN + "/tag/mutate").handler(late.waiting(this::mutate));
  }

  private void mutate(RoutingContext routing) {
    WriteRequest request = new WriteRequest(routing, limits);
    String flowId = request.flow();
    Identifier run = request.run();
    byte[] body = request.body();
    TagMutation mutation = TagMutation.parse(body, limits);
    IdempotencyKey key = request.key(body);
    RunRow row = parents.requireRow(flowId, run);
    RegisteredRun of = new RegisteredRun(flowId, run, row.number());
    Draft<String> tags =
        RecordProposals.tags(of, new RunTags(row.systemTags(), row.tags()), mutation, key);
    Function<String, Buffer> answer = result -> Buffer.buffer("{\"tags\": " + result + "}");
    if (!answers.answeredAgain(request, tags, answer)) {
      answers.write(request, tags, answer);
    }
  }
}
