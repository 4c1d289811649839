package io.flowledger.bench;

import io.flowledger.bench.hostile.HostileClients;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The clients of {@code bench/run hostile} that do harm: in a process of its own. */
@Command(name = "hostile-clients", hidden = true)
final class HostileClientsCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(names = "--url", required = true)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private URI url;

  @Option(names = "--from")
  private @Nullable String from;

  @Option(names = "--task", required = true)
  private String task = "";

  @Option(names = "--seed", required = true)
  private long seed;

  @Option(names = "--scale", required = true)
  private double scale;

  @Option(names = "--kinds")
  private String kinds = "";

  @Option(names = "--millis", required = true)
  private long millis;

  @Override
  public Integer call() {
    HostileClients.Targets targets =
        new HostileClients.Targets(url, Optional.ofNullable(from), task, seed, scale, kinds);
    HostileClients.run(targets, Duration.ofMillis(millis))
        .forEach(tally -> spec.commandLine().getOut().println(tally.line()));
    return 0;
  }
}
