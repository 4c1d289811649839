package io.flowledger.deploy.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flowledger export}: the events of the log, to keep or to import elsewhere. */
@Command(
    name = "export",
    description = {
      "Writes the events of the log to a file.",
      "All of them, or those of a flow or of a time, each with all that it holds, and the latest"
          + " heartbeats. What 'flowledger import' reads."
    },
    footer = {
      "",
      "Examples:",
      "  flowledger export -o events.ndjson",
      "  flowledger export --flow TrainFlow --format avro -o train.avro",
      "  flowledger export --from 2026-11-01 --to 2026-12-01 | gzip > november.ndjson.gz"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class ExportCommand implements Callable<Integer> {

  /** How the events are written. */
  enum Format {
    JSON,
    AVRO
  }

  @Mixin private final ServerOptions options;

  private final Surroundings surroundings;

  @Option(names = "--flow", description = "Only the events of this flow.")
  private @Nullable String flow;

  @Option(
      names = "--from",
      paramLabel = "MOMENT",
      description =
          "Only what happened from then on: 2d, 3h or 15m ago, 2026-11-23T19:26:46, or after a"
              + " position of the log such as 0@12.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "MOMENT", description = "Only what had happened by then.")
  private @Nullable String to;

  @Option(
      names = "--format",
      paramLabel = "json|avro",
      defaultValue = "json",
      description = "JSON, a line for each event, the default; or an Avro object container file.")
  private Format format = Format.JSON;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description =
          "The file to write, which is there when it is complete; standard output by default.")
  private @Nullable Path output;

  ExportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.options = new ServerOptions(surroundings);
  }

  @Override
  public Integer call() {
    options.usage(
        format == Format.JSON || output != null || !surroundings.terminal(),
        "an Avro file is nothing for a terminal, name a file with -o FILE");
    return options.run(this::export);
  }

  private int export(Session session) {
    Path file = output;
    if (file == null) {
      tellUnreadable(
          format == Format.JSON ? printLines(session) : copyAvro(session, standardOutput()),
          session);
      return ExitCodes.FINE;
    }
    Tally tally;
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (OutputStream out = new Output(Files.newOutputStream(part), file)) {
        tally = format == Format.JSON ? writeLines(session, out) : copyAvro(session, out);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw unwritable(file, e);
    } finally {
      delete(part);
    }
    session.out().printf("%d events exported to %s%n", tally.events(), file);
    tellUnreadable(tally, session);
    return ExitCodes.FINE;
  }

  private Resource events(Session session) {
    return Resource.of("events")
        .with("heartbeats", true)
        .with("flow", Optional.ofNullable(flow))
        .with("from", Optional.ofNullable(from).map(session.moments()::moment))
        .with("to", Optional.ofNullable(to).map(session.moments()::moment));
  }

  // ---- lines of JSON ---------------------------------------------------------------------------

  private Tally printLines(Session session) {
    Tally tally = new Tally(session, false);
    session
        .client()
        .lines(
            events(session),
            Map.of("Accept", "application/x-ndjson"),
            line -> {
              session.out().append(line).append('\n');
              return !tally.line(line) || !session.unread();
            });
    if (session.unread()) {
      throw CommandFailure.failed("cannot write standard output");
    }
    return tally;
  }

  private Tally writeLines(Session session, OutputStream out) {
    Tally tally = new Tally(session, surroundings.terminal());
    session
        .client()
        .lines(
            events(session),
            Map.of("Accept", "application/x-ndjson"),
            line -> {
              write(out, (line + "\n").getBytes(StandardCharsets.UTF_8));
              tally.line(line);
              return true;
            });
    tally.end();
    return tally;
  }

  // ---- Avro ------------------------------------------------------------------------------------

  /** Reads the file while it is copied: so it is known to be whole, and what is in it. */
  private Tally copyAvro(Session session, OutputStream out) {
    Tally tally = new Tally(session, surroundings.terminal());
    try (InputStream in =
            session.client().stream(events(session), Map.of("Accept", "application/avro"));
        DataFileStream<GenericRecord> records =
            new DataFileStream<>(new Copied(in, out), new GenericDatumReader<>())) {
      for (GenericRecord record : records) {
        tally.record(record);
      }
      out.flush();
    } catch (IOException | AvroRuntimeException e) {
      throw session.client().cutOff();
    }
    tally.end();
    return tally;
  }

  /** What is read from it has been written elsewhere. */
  private static final class Copied extends InputStream {
    private final InputStream in;
    private final OutputStream out;

    Copied(InputStream in, OutputStream out) {
      this.in = in;
      this.out = out;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = in.read(bytes, offset, length);
      if (read > 0) {
        out.write(bytes, offset, read);
      }
      return read;
    }
  }

  // ---- writing ---------------------------------------------------------------------------------

  private static OutputStream standardOutput() {
    return new Output(new FileOutputStream(FileDescriptor.out), Path.of("standard output"));
  }

  /** Tells failures to write from failures to read. */
  private static final class Output extends OutputStream {
    private final OutputStream to;
    private final Path file;

    Output(OutputStream to, Path file) {
      this.to = new BufferedOutputStream(to, 1 << 16);
      this.file = file;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        to.write(bytes, offset, length);
      } catch (IOException e) {
        throw unwritable(file, e);
      }
    }

    @Override
    public void flush() {
      try {
        to.flush();
      } catch (IOException e) {
        throw unwritable(file, e);
      }
    }

    @Override
    public void close() {
      try {
        to.close();
      } catch (IOException e) {
        throw unwritable(file, e);
      }
    }
  }

  private static void write(OutputStream out, byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException impossible) {
      throw new UncheckedIOException("told otherwise", impossible);
    }
  }

  private static CommandFailure unwritable(Path file, IOException e) {
    return CommandFailure.failed("cannot write %s: %s".formatted(file, e));
  }

  private static void delete(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw CommandFailure.failed("cannot delete %s: %s".formatted(part, e));
    }
  }

  // ---- what is told ----------------------------------------------------------------------------

  private static void tellUnreadable(Tally tally, Session session) {
    if (tally.unreadable() > 0) {
      session
          .err()
          .printf(
              "flowledger: %d records of the log are no events that can be read; the first one is"
                  + " at %s%n",
              tally.unreadable(), tally.firstUnreadable());
    }
  }

  /** Counts what is exported, and shows the count while it grows. */
  private static final class Tally {
    private static final String BEGIN = "{\"position\": \"";
    private static final String NO_TYPE = "\", \"type\": null, ";
    private static final String NO_POSITION = "{\"position\": null, ";
    private static final int SHOW_EVERY = 10_000;

    private final Session session;
    private final boolean shown;
    private long events;
    private long unreadable;
    private String firstUnreadable = "";

    Tally(Session session, boolean shown) {
      this.session = session;
      this.shown = shown;
    }

    /** Whether it is time to look around. */
    boolean line(String line) {
      if (line.startsWith(NO_POSITION)) {
        return false; // a heartbeat
      }
      int end = line.indexOf('"', BEGIN.length());
      boolean readable = end < 0 || !line.startsWith(NO_TYPE, end);
      return count(readable, readable ? "" : line.substring(BEGIN.length(), end));
    }

    void record(GenericRecord record) {
      Object position = record.get("position");
      if (position != null) {
        count(record.get("event") != null, position.toString());
      }
    }

    private boolean count(boolean readable, String position) {
      if (!readable) {
        firstUnreadable = unreadable++ == 0 ? position : firstUnreadable;
        return false;
      }
      events++;
      boolean show = events % SHOW_EVERY == 0;
      if (show && shown) {
        session.err().print("\r" + events + " events");
        session.err().flush();
      }
      return show;
    }

    void end() {
      if (shown && events >= SHOW_EVERY) {
        session.err().println();
      }
    }

    long events() {
      return events;
    }

    long unreadable() {
      return unreadable;
    }

    String firstUnreadable() {
      return firstUnreadable;
    }
  }
}
