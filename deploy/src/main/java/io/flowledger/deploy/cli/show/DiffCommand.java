package io.flowledger.deploy.cli.show;

import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient.Answer;
import io.flowledger.deploy.cli.ServerOptions;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Surroundings;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowledger diff}: what differs between two moments of a run, or between two runs. */
@Command(
    name = "diff",
    description = {
      "Shows what has changed in a run, or differs between two.",
      "Between two moments of a run, or between two runs of a flow: + what is new, - what is gone,"
          + " ~ what has another value."
    },
    footer = {
      "",
      "With --exit-code it exits with 9 where there are differences.",
      "",
      "Examples:",
      "  flowledger diff HelloFlow/3 --from 2026-11-23T19:26:46 --to 1h",
      "  flowledger diff HelloFlow/3 HelloFlow/4"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class DiffCommand implements Callable<Integer> {

  @Mixin private final ServerOptions options;

  @Parameters(
      index = "0",
      paramLabel = "FLOW/RUN",
      converter = Pathspec.Converter.class,
      description = "The run.")
  private Pathspec run = Pathspec.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FLOW/OTHER",
      converter = Pathspec.Converter.class,
      description = "Another run of the same flow, instead of another moment of this one.")
  private @Nullable Pathspec other;

  @Option(
      names = "--from",
      paramLabel = "MOMENT",
      description = "The earlier moment; by default the registration of the run.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "MOMENT", description = "The later moment; by default now.")
  private @Nullable String to;

  @Option(names = "--exit-code", description = "Exit with 9 where there are differences.")
  private boolean exitCode;

  public DiffCommand(Surroundings surroundings) {
    this.options = new ServerOptions(surroundings);
  }

  @Override
  public Integer call() {
    options.usage(run.isRun(), "'%s' is no run; it must be FLOW/RUN".formatted(run));
    if (other != null) {
      options.usage(
          other.isRun() && other.flow().equals(run.flow()),
          "'%s' is no other run of %s; it must be %s/RUN".formatted(other, run.flow(), run.flow()));
      options.refuse(from != null, "--from", "two runs");
      options.refuse(to != null, "--to", "two runs");
    }
    return options.run(this::diff);
  }

  private int diff(Session session) {
    Answer answer =
        session
            .client()
            .get(
                Resource.of(run)
                    .under("diff")
                    .with(
                        "run", Optional.ofNullable(other).map(pathspec -> pathspec.parts().get(1)))
                    .with("from", Optional.ofNullable(from).map(session.moments()::moment))
                    .with("to", Optional.ofNullable(to).map(session.moments()::moment)));
    DiffText text = new DiffText(answer.json(), session.colours());
    if (session.json()) {
      session.out().println(answer.text());
    } else {
      session.out().print(text.render());
    }
    return exitCode && !text.isSame() ? ExitCodes.DIFFERENT : ExitCodes.FINE;
  }
}
