package io.flowledger.deploy.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Runs commands against a fake server, on a Monday evening one hour east of Greenwich. */
public abstract class CommandTest {

  public static final long NOW = Instant.parse("2026-11-23T18:30:00Z").toEpochMilli();

  public final FakeServer server = new FakeServer();
  public final Map<String, String> environment = new HashMap<>();
  public final List<Duration> pauses = new CopyOnWriteArrayList<>();
  public final List<String> opened = new ArrayList<>();
  public boolean terminal;

  /** How a command has ended. */
  public record Ended(int status, String out, String err) {}

  @AfterEach
  public void stop() {
    server.close();
  }

  /** Of a command that is asked to succeed: what it prints. */
  public static Ended printed(String out) {
    return new Ended(0, out, "");
  }

  public static Ended failed(int status, String err) {
    return new Ended(status, "", err);
  }

  public Ended run(String... args) {
    return run(new StringWriter(), args);
  }

  /** With standard output elsewhere. */
  public Ended run(Writer out, String... args) {
    environment.putIfAbsent("METAFLOW_SERVICE_URL", server.url());
    Surroundings surroundings =
        new Surroundings(
            environment,
            Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.ofHours(1)),
            terminal,
            pauses::add,
            (data, progress) -> {
              progress.accept("opening " + data);
              opened.add("open");
              return new FakeLocalServer();
            });
    CommandLine program = new CommandLine(CommandSpec.create().name("flowledger"));
    ClientCommands.of(surroundings).forEach(program::addSubcommand);
    StringWriter err = new StringWriter();
    int status =
        program
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(
                (e, of) -> {
                  e.getCommandLine().getErr().println(e.getMessage());
                  return 2;
                })
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    return new Ended(status, out.toString(), err.toString());
  }

  private final class FakeLocalServer implements LocalServer {
    @Override
    public String url() {
      return server.url();
    }

    @Override
    public void close() {
      opened.add("close");
    }
  }
}
