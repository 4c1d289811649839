package io.flowledger.deploy.cli.story;

import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerOptions;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Surroundings;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowledger log}: what has happened, as a story. */
@Command(
    name = "log",
    description = {
      "Tells what has happened.",
      "The history of a flow, a run, a step or a task, oldest first.",
      "What only the machinery of Metaflow cares for is left out, unless --verbose is given."
    },
    footer = {
      "",
      "Examples:",
      "  flowledger log HelloFlow/3",
      "  flowledger log HelloFlow/3/train/17 --verbose",
      "  flowledger log HelloFlow --follow"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class LogCommand implements Callable<Integer> {

  private static final int TASK_DEPTH = 4;

  @Mixin private final ServerOptions options;

  @Parameters(
      paramLabel = "FLOW[/RUN[/STEP[/TASK]]]",
      converter = Pathspec.Converter.class,
      description = "Whose history.")
  private Pathspec pathspec = Pathspec.of("");

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what happens from now on, until Ctrl-C.")
  private boolean follow;

  @Option(
      names = {"-v", "--verbose"},
      description = "Leave nothing out.")
  private boolean verbose;

  public LogCommand(Surroundings surroundings) {
    this.options = new ServerOptions(surroundings);
  }

  @Override
  public Integer call() {
    options.live(follow, "--follow");
    options.usage(pathspec.depth() <= TASK_DEPTH, "artifacts have no history of their own");
    return options.run(this::log);
  }

  private int log(Session session) {
    Resource events = Resource.of(pathspec).under("events");
    EventPrinter printer = new EventPrinter(session, new Story(pathspec, verbose));
    session
        .client()
        .lines(
            events,
            Map.of("Accept", "application/x-ndjson"),
            line -> line.isEmpty() || printer.test(line));
    if (follow && !session.unread()) {
      new EventTail(
              session,
              events,
              printer.last(),
              trouble -> session.err().println("flowledger: " + trouble))
          .follow(printer);
    }
    return ExitCodes.FINE;
  }
}
