package io.flowledger.deploy.cli.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Faults;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerOptions;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Surroundings;
import io.flowledger.deploy.cli.Visible;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flowledger import}: what {@code flowledger export} has written, into a server's log. */
@Command(
    name = "import",
    description = {
      "Reads exported events into the log of a server.",
      "Unchanged, with their times and numbers. What is there already is left out, so an import"
          + " that was cut off is simply done again. Works on the server's machine only."
    },
    footer = {
      "",
      "Examples:",
      "  flowledger import events.ndjson",
      "  flowledger import train.avro --server http://127.0.0.1:8081",
      "  ssh other flowledger export | flowledger import -"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class ImportCommand implements Callable<Integer> {

  @Mixin private final ServerOptions options;

  @Parameters(
      paramLabel = "FILE",
      description =
          "The file that was exported, JSON or Avro, compressed with gzip or not; - is standard"
              + " input.")
  private Path file = Path.of("");

  private final Surroundings surroundings;

  public ImportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.options = new ServerOptions(surroundings);
  }

  @Override
  public Integer call() {
    options.ofNow();
    return options.run(this::read);
  }

  private int read(Session session) {
    Last last = new Last(session);
    AtomicReference<@Nullable IOException> unreadable = new AtomicReference<>();
    try (ImportSource source = ImportSource.open(file, surroundings.input(), Spool.in(scratch()))) {
      session
          .client()
          .post(Resource.of("flowledger", "import"), body(source, unreadable), last::line);
    } catch (IOException | UncheckedIOException e) {
      throw damaged(e);
    } catch (CommandFailure e) {
      IOException cause = unreadable.get();
      throw cause == null ? e : damaged(cause);
    }
    return last.tell();
  }

  private Path scratch() {
    String variable = surroundings.environment().getOrDefault("TMPDIR", "");
    return Path.of(variable.isEmpty() ? System.getProperty("java.io.tmpdir", ".") : variable);
  }

  private static BodyPublisher body(
      ImportSource source, AtomicReference<@Nullable IOException> unreadable) throws IOException {
    if (source.isPlain()) {
      return BodyPublishers.ofFile(source.file());
    }
    lines(source).close(); // says at once what is no such file
    return BodyPublishers.ofInputStream(() -> new Watched(open(source), unreadable));
  }

  private static InputStream lines(ImportSource source) throws IOException {
    return source.isAvro() ? new AvroLines(source.file()) : source.lines();
  }

  private static InputStream open(ImportSource source) {
    try {
      return lines(source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CommandFailure damaged(Exception e) {
    return CommandFailure.failed("cannot read %s: %s".formatted(name(), Faults.why(e)));
  }

  private String name() {
    return StandardStream.INPUT.is(file) ? "standard input" : file.toString();
  }

  /** Remembers why it could not be read. */
  private static final class Watched extends InputStream {
    private final InputStream in;
    private final AtomicReference<@Nullable IOException> failure;

    Watched(InputStream in, AtomicReference<@Nullable IOException> failure) {
      this.in = in;
      this.failure = failure;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return in.read(bytes, offset, length);
      } catch (IOException e) {
        failure.set(e);
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** Shows the progress, and keeps the last line. */
  private static final class Last {
    private final Session session;
    private Optional<JsonNode> last = Optional.empty();
    private String text = "";
    private boolean shown;

    Last(Session session) {
      this.session = session;
    }

    boolean line(String line) {
      JsonNode json = Json.parse(line);
      Optional<String> phase = Json.text(json, "phase");
      if (phase.isPresent() && session.surroundings().terminal()) {
        session
            .err()
            .print(
                "\r%s: line %d, %d imported"
                    .formatted(phase.get(), count(json, "lines"), count(json, "imported")));
        session.err().flush();
        shown = true;
      }
      last = Optional.of(json);
      text = line;
      return true;
    }

    int tell() {
      if (shown) {
        session.err().println();
      }
      JsonNode summary =
          last.filter(line -> line.has("imported") && !line.has("phase")).orElse(null);
      if (summary == null) {
        throw CommandFailure.failed(
            last.flatMap(line -> Json.text(line, "message"))
                .map(Visible::all)
                .orElse("the server has not said how the import ended; import the file again"));
      }
      if (session.json()) {
        session.out().println(text);
      } else {
        session
            .out()
            .printf(
                "%d events imported, %d present before, %d refused%n",
                count(summary, "imported"), count(summary, "present"), count(summary, "refused"));
      }
      tellRefusals(summary);
      return count(summary, "refused") == 0 ? ExitCodes.FINE : ExitCodes.FAILED;
    }

    private void tellRefusals(JsonNode summary) {
      JsonNode refusals = summary.path("first_refusals");
      for (JsonNode refusal : refusals) {
        session
            .err()
            .println(
                "flowledger: line %d: %s"
                    .formatted(
                        count(refusal, "line"),
                        Visible.all(Json.text(refusal, "reason").orElse(""))));
      }
      long others = count(summary, "refused") - refusals.size();
      if (others > 0) {
        session.err().println("flowledger: and %d others".formatted(others));
      }
      long unreadable = count(summary, "unreadable");
      if (unreadable > 0) {
        session
            .err()
            .println(
                "flowledger: %d records of the log that was exported were no events that can be"
                        .formatted(unreadable)
                    + " read");
      }
    }

    private static long count(JsonNode json, String field) {
      return Json.number(json, field).orElse(0);
    }
  }
}
