package io.flowledger.deploy.cli.deadletters;

import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Fields;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient.Answer;
import io.flowledger.deploy.cli.ServerOptions;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Surroundings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flowledger dead-letters show}: all that a letter holds. */
@Command(
    name = "show",
    description = {
      "Shows a dead letter with all that it holds.",
      "Its event where it can be read, else its bytes."
    },
    footer = {"", "Example:", "  flowledger dead-letters show 12"},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class ShowDeadLetterCommand implements Callable<Integer> {

  @Mixin private final ServerOptions options;

  @Parameters(paramLabel = "LETTER", description = "Its number in the list.")
  private long position;

  ShowDeadLetterCommand(Surroundings surroundings) {
    this.options = new ServerOptions(surroundings);
  }

  @Override
  public Integer call() {
    options.ofNow();
    return options.run(this::show);
  }

  private int show(Session session) {
    Answer letter =
        session.client().get(Resource.of(DeadLettersCommand.PATH).under(Long.toString(position)));
    if (session.json()) {
      session.out().println(letter.text());
    } else {
      session.out().print(new Fields(session.times(), session.colours()).render(letter.json()));
    }
    return ExitCodes.FINE;
  }
}
