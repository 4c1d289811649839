package io.flowledger.deploy.cli.migrate.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Visible;
import io.flowledger.deploy.cli.migrate.history.Flow;
import io.flowledger.deploy.cli.migrate.history.History;
import io.flowledger.deploy.cli.migrate.history.Losses;
import io.flowledger.deploy.cli.migrate.history.Run;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Compares a history with what the server answers, object by object. What the server has besides,
 * flows and runs of its own, is no difference.
 */
public final class Verification {

  private static final int PAGE = 500;

  private final History history;
  private final Session session;
  private final Losses losses;
  private final Differences differences;

  /**
   * @param losses of the history
   */
  public Verification(History history, Session session, Losses losses) {
    this.history = history;
    this.losses = losses;
    this.session = session;
    this.differences = new Differences(session);
  }

  /**
   * Compares all, and tells what differs; returns how much does.
   *
   * @param progress is told of rows that have been compared
   */
  public long run(LongConsumer progress) {
    ServerClient client = session.client();
    for (Flow flow : history.flows()) {
      Optional<JsonNode> here =
          client.find(Resource.of("flows", flow.flowId())).map(ServerClient.Answer::json);
      if (here.isEmpty()) {
        differences.add("flow %s is not here".formatted(flow.flowId()));
        continue;
      }
      compare(flow, here.get());
      progress.accept(1);
      checkRuns(flow, client, progress);
    }
    differences.tellOthers();
    return differences.count();
  }

  /** One that was here before keeps its registration, as imports say: it gets the runs. */
  private void compare(Flow flow, JsonNode here) {
    String text = RowText.flow(here);
    if (here.path("ts_epoch").asLong() != flow.tsEpoch()) {
      session
          .err()
          .println(
              "flowledger: flow %s was registered here on its own, and stays as it was: %s"
                  .formatted(Visible.all(flow.flowId()), Visible.all(text)));
    } else if (!text.equals(RowText.of(flow))) {
      differences.add(
          "flow %s: there %s, here %s".formatted(flow.flowId(), RowText.of(flow), text));
    }
  }

  private void checkRuns(Flow flow, ServerClient client, LongConsumer progress) {
    long after = Long.MIN_VALUE;
    List<Run> runs;
    do {
      runs = history.runs(flow.flowId(), after, PAGE);
      for (Run run : runs) {
        progress.accept(new RunCheck(history, run, client, differences, losses).check());
        after = run.number();
      }
    } while (runs.size() == PAGE);
  }
}
