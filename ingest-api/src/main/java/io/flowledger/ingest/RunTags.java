package io.flowledger.ingest;

import io.flowledger.event.RunTagsMutated;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.View;
import io.flowledger.schemas.Identifier;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

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
    Writer.ReadBack tags =
        (view, made) -> Buffer.buffer("{\"tags\": " + changed(view, flowId, row.number()) + "}");
    if (writer.answeredAgain(attempt, tags)) {
      return;
    }
    List<String> immutable =
        mutation.toRemove().stream().filter(row.systemTags()::contains).distinct().toList();
    if (!immutable.isEmpty()) {
      throw Rejection.unprocessable(
          "cannot remove system tags of run " + flowId + "/" + run + ": " + immutable);
    }
    Stamps.Stamp stamp = stamps.of(attempt);
    var event =
        new RunTagsMutated(
            stamp.eventId(),
            flowId,
            row.number(),
            mutation.toRemove(),
            mutation.toAdd(),
            stamp.epochMillis(),
            stamp.origin(),
            stamp.writtenBy(),
            stamp.idempotency());
    String what = "run " + flowId + "/" + run;
    writer.write(
        attempt,
        event,
        Writer.Made.of(stamp, 0),
        tags,
        () -> {
          throw Rejection.unavailable(
              "the tags of " + what + " have changed, but cannot be read now");
        });
  }

  private static String changed(View view, String flowId, long number) {
    return view.run(flowId, new Identifier.Number(number))
        .map(RunRow::tagsJson)
        .orElseThrow(
            () -> new IllegalStateException("run " + flowId + "/" + number + " has vanished"));
  }
}
