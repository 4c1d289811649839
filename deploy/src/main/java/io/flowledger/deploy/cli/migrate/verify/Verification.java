package io.flowledger.deploy.cli.migrate.verify;

import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.migrate.history.Flow;
import io.flowledger.deploy.cli.migrate.history.History;
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
  private final Differences differences;

  public Verification(History history, Session session) {
    this.history = history;
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
      Optional<String> here =
          client.find(Resource.of("flows", flow.flowId())).map(found -> RowText.flow(found.json()));
      if (here.isEmpty()) {
        differences.add("flow %s is not here".formatted(flow.flowId()));
        continue;
      }
      if (!here.get().equals(RowText.of(flow))) {
        differences.add(
            "flow %s: there %s, here %s".formatted(flow.flowId(), RowText.of(flow), here.get()));
      }
      progress.accept(1);
      checkRuns(flow, client, progress);
    }
    differences.tellOthers();
    return differences.count();
  }

  private void checkRuns(Flow flow, ServerClient client, LongConsumer progress) {
    long after = Long.MIN_VALUE;
    List<Run> runs;
    do {
      runs = history.runs(flow.flowId(), after, PAGE);
      for (Run run : runs) {
        progress.accept(new RunCheck(history, run, client, differences).check());
        after = run.number();
      }
    } while (runs.size() == PAGE);
  }
}
