package io.flowledger.ingest;

import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.schemas.Identifier;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/**
 * The request that changes the user tags of a run. The event says what to add and to remove, not
 * what results: so of several changes at the same time none is lost.
 */
final class RunTags {

  private final IngestConfig config;
  private final Parents parents;
  private final Stamps stamps;
  private final Writer writer;

  RunTags(IngestConfig config, Parents parents, Stamps stamps, Writer writer) {
    this.config = config;
    this.parents = parents;
    this.stamps = stamps;
    this.writer = writer;
  }

  void mutate(RoutingContext request) {
    Path path = new Path(request, config);
    String flowId = path.flow();
    Identifier run = path.run();
    byte[] body = Bodies.of(request);
    TagMutation mutation = TagMutation.parse(body, config);
    Attempt attempt = Attempt.of(request, flowId, body);
    RunRow row =
        parents.view(flowId).run(flowId, run).orElseThrow(() -> Parents.unknownRun(flowId, run));
    Proposals.OfRun of = new Proposals.OfRun(flowId, run, row.number());
    Function<String, Buffer> answer = tags -> Buffer.buffer("{\"tags\": " + tags + "}");
    if (writer.answeredAgain(attempt, RecordProposals.tagsMade(of), answer)) {
      return;
    }
    writer.write(
        attempt, RecordProposals.tags(of, row.systemTags(), mutation, stamps.of(attempt)), answer);
  }
}
