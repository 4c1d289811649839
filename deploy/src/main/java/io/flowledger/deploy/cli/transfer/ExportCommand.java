package io.flowledger.deploy.cli.transfer;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Faults;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerOptions;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Surroundings;
import io.flowledger.deploy.cli.transfer.parquet.ParquetExport;
import io.flowledger.deploy.cli.transfer.parquet.Selection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
      "Writes the events of the log to a file, or tables to a folder.",
      "All events, or those of a flow or of a time, each with all that it holds, and the latest"
          + " heartbeats: what 'flowledger import' reads. Or as Parquet, for warehouses: a file each"
          + " of flows, runs, steps, tasks, metadata, artifacts, and changes of tags."
    },
    footer = {
      "",
      "Examples:",
      "  flowledger export -o events.ndjson",
      "  flowledger export --flow TrainFlow --format avro -o train.avro",
      "  flowledger export --from 2026-11-01 --to 2026-12-01 -o november.ndjson.gz",
      "  flowledger export --to parquet -o history"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class ExportCommand implements Callable<Integer> {

  /** How the events are written. */
  enum Format {
    JSON,
    AVRO,
    PARQUET
  }

  private static final String PARQUET = "parquet";

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

  @Option(
      names = "--to",
      paramLabel = "MOMENT|parquet",
      description = {
        "Only what had happened by then.",
        "--to parquet is --format parquet; both make sense together."
      })
  private List<String> to = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "json|avro|parquet",
      description =
          "JSON, a line for each event, the default; an Avro object container file; or Parquet,"
              + " where --from and --to are times that choose rows, and tags, status and heartbeats"
              + " are as they are now, or with --as-of as they were.")
  private @Nullable Format format;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE|DIR",
      description =
          "The file to write, which is there when it is complete, compressed where its name ends in"
              + " .gz; - is standard output, the default. For Parquet the folder, which is made.")
  private @Nullable Path output;

  @Option(
      names = "--force",
      description = "Replace the Parquet files of an earlier export in the folder.")
  private boolean force;

  public ExportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.options = new ServerOptions(surroundings);
  }

  @Override
  public Integer call() {
    List<String> formats = to.stream().filter(PARQUET::equalsIgnoreCase).toList();
    to.removeAll(formats);
    options.usage(to.size() <= 1, "--to is there twice");
    options.refuse(
        !formats.isEmpty() && format != null && format != Format.PARQUET,
        "--to parquet",
        "--format " + String.valueOf(format).toLowerCase(Locale.ROOT));
    if (!formats.isEmpty() || format == Format.PARQUET) {
      return tables();
    }
    options.usage(!force, "--force is for folders of Parquet files");
    options.usage(
        !isAvro()
            || (output != null && !StandardStream.OUTPUT.is(output))
            || !surroundings.terminal(),
        "an Avro file is nothing for a terminal, name a file with -o FILE");
    return options.run(this::export);
  }

  private int tables() {
    Path folder = output;
    if (folder == null || StandardStream.OUTPUT.is(folder)) {
      throw options.misuse("Parquet is files in a folder, name it with -o DIR");
    }
    options.usage(
        Stream.concat(to.stream(), Optional.ofNullable(from).stream())
            .noneMatch(m -> m.contains("@")),
        "with Parquet, --from and --to are times, not positions");
    return options.run(
        session -> {
          Selection selection =
              new Selection(
                  Optional.ofNullable(flow),
                  Optional.ofNullable(from).map(session.moments()::time),
                  to.stream().findFirst().map(session.moments()::time));
          new ParquetExport(session, selection).to(folder, force);
          return ExitCodes.FINE;
        });
  }

  private boolean isAvro() {
    return format == Format.AVRO;
  }

  private int export(Session session) {
    ExportTarget target = ExportTarget.of(output);
    if (target instanceof ExportTarget.Standard) {
      ExportTally tally =
          isAvro() ? copyAvro(session, CheckedOutput.standard()) : printLines(session);
      tally.tellUnreadable();
    } else if (target instanceof ExportTarget.Stream stream) {
      write(session, stream.path(), stream.path()).tellUnreadable();
    } else if (target instanceof ExportTarget.File file) {
      writeWhole(session, file);
    }
    return ExitCodes.FINE;
  }

  /** The file is there when it is whole. */
  private void writeWhole(Session session, ExportTarget.File target) {
    Path part = target.part();
    try {
      ExportTally tally = write(session, target.given(), part);
      Files.move(part, target.path(), StandardCopyOption.REPLACE_EXISTING);
      session.out().printf("%d events exported to %s%n", tally.events(), target.given());
      tally.tellUnreadable();
    } catch (IOException e) {
      throw CheckedOutput.unwritable(target.given(), e);
    } finally {
      delete(part);
    }
  }

  private ExportTally write(Session session, Path given, Path to) {
    try (CheckedOutput out = CheckedOutput.of(given, to)) {
      return isAvro() ? copyAvro(session, out) : writeLines(session, out);
    }
  }

  private static void delete(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw CommandFailure.failed("cannot delete %s: %s".formatted(part, Faults.why(e)));
    }
  }

  private Resource events(Session session) {
    return Resource.of("events")
        .with("heartbeats", true)
        .with("flow", Optional.ofNullable(flow))
        .with("from", Optional.ofNullable(from).map(session.moments()::moment))
        .with("to", to.stream().findFirst().map(session.moments()::moment));
  }

  // ---- lines of JSON ---------------------------------------------------------------------------

  private ExportTally printLines(Session session) {
    ExportTally tally = new ExportTally(session, false);
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
      throw CommandFailure.unread(); // or, if it is not that, told when the command ends
    }
    return tally;
  }

  private ExportTally writeLines(Session session, CheckedOutput out) {
    ExportTally tally = new ExportTally(session, surroundings.terminal());
    session
        .client()
        .lines(
            events(session),
            Map.of("Accept", "application/x-ndjson"),
            line -> {
              out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
              tally.line(line);
              return true;
            });
    tally.end();
    return tally;
  }

  // ---- Avro ------------------------------------------------------------------------------------

  /** Reads the file while it is copied: so it is known to be whole, and what is in it. */
  private ExportTally copyAvro(Session session, CheckedOutput out) {
    ExportTally tally = new ExportTally(session, surroundings.terminal());
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
}
