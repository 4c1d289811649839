package io.flowledger.deploy.cli.status;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.ServerClient.Answer;
import io.flowledger.deploy.cli.ServerOptions;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Surroundings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowledger status}: how runs stand. */
@Command(
    name = "status",
    description = {
      "Shows how runs stand.",
      "The latest run of every flow, the runs of one flow, or one run with its steps, failures and"
          + " longest tasks."
    },
    footer = {
      "",
      "With --exit-code, the status of a run is what the command exits with: 0 completed,",
      "4 pending or running, 5 failed, 6 killed or lost.",
      "",
      "Examples:",
      "  flowledger status",
      "  flowledger status HelloFlow -n 5",
      "  flowledger status HelloFlow/3 --watch"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class StatusCommand implements Callable<Integer> {

  private static final Duration REDRAW = Duration.ofSeconds(2);

  @Mixin private final ServerOptions options;

  @Parameters(
      arity = "0..1",
      paramLabel = "FLOW[/RUN]",
      converter = Pathspec.Converter.class,
      description = "The flow, or the run.")
  private @Nullable Pathspec pathspec;

  @Option(
      names = {"-n", "--limit"},
      defaultValue = "20",
      description = "Runs to show at most; 20 by default.")
  private int limit;

  @Option(
      names = {"-w", "--watch"},
      description = "Show it again whenever it has changed, until the run is over or Ctrl-C.")
  private boolean watch;

  @Option(names = "--exit-code", description = "Exit with the status of the run.")
  private boolean exitCode;

  private final Set<String> told = new HashSet<>();
  private boolean away;

  public StatusCommand(Surroundings surroundings) {
    this.options = new ServerOptions(surroundings);
  }

  @Override
  public Integer call() {
    options.live(watch, "--watch");
    options.usage(limit > 0, "--limit must be at least 1, not " + limit);
    options.usage(
        pathspec == null || pathspec.depth() <= 2,
        "only flows and runs have a status; see 'flowledger show' for others");
    options.usage(!exitCode || isRun(), "--exit-code makes sense with a run only");
    return options.run(this::status);
  }

  private boolean isRun() {
    return pathspec != null && pathspec.isRun();
  }

  private int status(Session session) {
    Screen screen = new Screen(session, watch);
    Frame frame = frame(session);
    screen.show(frame);
    while (watch && !isOver(frame) && !session.unread()) {
      session.pause(REDRAW);
      Optional<Frame> next = next(session);
      if (next.isPresent()) {
        frame = next.get();
        screen.show(frame);
      }
    }
    return exitCode ? ExitCodes.ofRun(run(frame).status()) : ExitCodes.FINE;
  }

  /** A server that is started again is waited for, however long that takes. */
  private Optional<Frame> next(Session session) {
    try {
      Frame frame = frame(session);
      away = false;
      return Optional.of(frame);
    } catch (CommandFailure.Unavailable e) {
      if (!away) {
        session.err().println("flowledger: " + e.getMessage() + "; waiting for it");
      }
      away = true;
      return Optional.empty();
    }
  }

  /** Once, however often it is found. */
  private void tell(Session session, String remark) {
    if (told.add(remark)) {
      session.err().println("flowledger: " + remark);
    }
  }

  private boolean isOver(Frame frame) {
    return isRun() && run(frame).isOver();
  }

  private static RunStatusAnswer run(Frame frame) {
    return new RunStatusAnswer(frame.answers().get(0).json());
  }

  private Frame frame(Session session) {
    LatestRuns latest = new LatestRuns(session.client());
    if (pathspec != null && pathspec.isRun()) {
      Answer answer = latest.of(pathspec);
      RunReportText report =
          new RunReportText(new RunStatusAnswer(answer.json()), session.times(), session.colours());
      return new Frame(report.render(), List.of(answer));
    }
    List<Answer> answers =
        pathspec == null
            ? latest.ofAllFlows(limit, remark -> tell(session, remark))
            : latest.of(pathspec.flow(), limit);
    List<RunStatusAnswer> runs =
        answers.stream().map(answer -> new RunStatusAnswer(answer.json())).toList();
    RunTable table = new RunTable(session.times(), session.colours());
    return new Frame(runs.isEmpty() ? "no runs\n" : table.render(runs), answers);
  }
}
