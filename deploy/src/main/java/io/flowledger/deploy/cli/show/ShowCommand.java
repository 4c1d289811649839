package io.flowledger.deploy.cli.show;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Fields;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient.Answer;
import io.flowledger.deploy.cli.ServerOptions;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Surroundings;
import io.flowledger.deploy.cli.Table;
import io.flowledger.deploy.cli.Tone;
import io.flowledger.deploy.cli.Visible;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code flowledger show}: one object with everything that is known of it. */
@Command(
    name = "show",
    description = {
      "Shows an object with all its fields.",
      "A flow, a run, a step, a task with its metadata and artifacts, or an artifact."
    },
    footer = {
      "",
      "Examples:",
      "  flowledger show HelloFlow/3",
      "  flowledger show HelloFlow/3/train/17",
      "  flowledger show HelloFlow/3/train/17/model",
      "  flowledger show HelloFlow/3 --as-of 2d"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class ShowCommand implements Callable<Integer> {

  private static final List<String> KINDS = List.of("flow", "run", "step", "task", "artifact");
  private static final int TASK_DEPTH = 4;

  @Mixin private final ServerOptions options;

  @Parameters(
      paramLabel = "FLOW[/RUN[/STEP[/TASK[/ARTIFACT]]]]",
      converter = Pathspec.Converter.class,
      description = "The object.")
  private Pathspec pathspec = Pathspec.of("");

  public ShowCommand(Surroundings surroundings) {
    this.options = new ServerOptions(surroundings);
  }

  @Override
  public Integer call() {
    return options.run(this::show);
  }

  private int show(Session session) {
    Resource resource = Resource.of(pathspec);
    Answer object = session.client().get(resource);
    if (session.json()) {
      session.out().println(object.text());
    } else {
      String kind = KINDS.get(pathspec.depth() - 1);
      session
          .out()
          .println(
              session.colours().paint(Tone.STRONG, kind + " " + Visible.all(pathspec.toString())));
      session.out().print(fields(session).render(object.json()));
    }
    if (pathspec.depth() == TASK_DEPTH) {
      list(
          session,
          resource.under("metadata"),
          Comparator.comparing(row -> Json.number(row, "id").orElse(0)),
          "ts_epoch",
          "tags",
          "field_name",
          "value");
      list(
          session,
          resource.under("artifacts"),
          Comparator.comparing(row -> Json.text(row, "name").orElse("")),
          "name",
          "attempt_id",
          "content_type",
          "sha",
          "location");
    }
    return ExitCodes.FINE;
  }

  private static void list(
      Session session, Resource listing, Comparator<JsonNode> order, String... columns) {
    Answer rows = session.client().get(listing);
    if (session.json()) {
      session.out().println(rows.text());
      return;
    }
    if (rows.json().isEmpty()) {
      return;
    }
    Table table =
        new Table(session.colours())
            .heading(
                Arrays.stream(columns)
                    .map(column -> column.toUpperCase(Locale.ROOT))
                    .toArray(String[]::new));
    Json.stream(rows.json())
        .sorted(order)
        .forEach(
            row ->
                table.row(
                    Arrays.stream(columns)
                        .map(column -> fields(session).value(column, row.path(column)))
                        .toArray(String[]::new)));
    session.out().println();
    session.out().print(table.render());
  }

  private static Fields fields(Session session) {
    return new Fields(session.times(), session.colours());
  }
}
