package io.flowledger.deploy.cli.deadletters;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient.Answer;
import io.flowledger.deploy.cli.ServerOptions;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Surroundings;
import io.flowledger.deploy.cli.Table;
import io.flowledger.deploy.cli.Visible;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flowledger dead-letters list}: what was rejected, and why. */
@Command(
    name = "list",
    description = {
      "Lists dead letters, the oldest first.",
      "Those that are waiting; with --all also those of which something has come since."
    },
    footer = {
      "",
      "Examples:",
      "  flowledger dead-letters list",
      "  flowledger dead-letters list --reason 'not registered' --flow TrainFlow --from 2d"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class ListDeadLettersCommand implements Callable<Integer> {

  @Mixin private final DeadLetterOptions letters = new DeadLetterOptions();

  @Option(
      names = "--all",
      description = "Also letters that were applied or superseded since, with their states.")
  private boolean all;

  @Option(
      names = {"-n", "--limit"},
      defaultValue = "20",
      description = "Letters to show at most; 20 by default.")
  private int limit;

  @Mixin private final ServerOptions options;

  ListDeadLettersCommand(Surroundings surroundings) {
    this.options = new ServerOptions(surroundings);
  }

  @Override
  public Integer call() {
    options.ofNow();
    options.usage(limit > 0, "--limit must be at least 1, not " + limit);
    return options.run(this::list);
  }

  private int list(Session session) {
    Resource listing = Resource.of(DeadLettersCommand.PATH);
    for (Map.Entry<String, Object> filter : letters.filters(session.moments()).entrySet()) {
      listing = listing.with(filter.getKey(), filter.getValue());
    }
    List<Answer> pages =
        session.client().pages(all ? listing : listing.with("state", "waiting"), limit);
    if (session.json()) {
      pages.forEach(page -> session.out().println(page.text()));
    } else {
      session.out().print(render(pages, session));
    }
    return ExitCodes.FINE;
  }

  private String render(List<Answer> pages, Session session) {
    List<JsonNode> found = pages.stream().flatMap(page -> Json.stream(page.json())).toList();
    if (found.isEmpty()) {
      return all ? "no dead letters\n" : "no dead letters are waiting\n";
    }
    Table table = new Table(session.colours());
    if (all) {
      table.heading("LETTER", "WHEN", "RECORD", "TYPE", "FLOW", "STATE", "REASON");
    } else {
      table.heading("LETTER", "WHEN", "RECORD", "TYPE", "FLOW", "REASON");
    }
    for (JsonNode letter : found) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  text(letter, "position"),
                  session.times().dateTime(Json.number(letter, "timestamp").orElse(0)),
                  record(letter.path("source")),
                  text(letter, "type"),
                  text(letter, "flow_id")));
      if (all) {
        cells.add(text(letter, "state"));
      }
      cells.add(Visible.shortened(Json.text(letter, "reason").orElse("")));
      table.row(cells.toArray(String[]::new));
    }
    boolean more = pages.get(pages.size() - 1).nextCursor().isPresent();
    return table.render() + (more ? "... and more; see -n\n" : "");
  }

  private static String text(JsonNode letter, String field) {
    return Visible.shortened(Json.text(letter, field).orElse("-"));
  }

  /** As topic-partition@offset. */
  private static String record(JsonNode place) {
    return Visible.all(
        "%s-%s@%s"
            .formatted(
                Json.text(place, "topic").orElse("?"),
                Json.text(place, "partition").orElse("?"),
                Json.text(place, "offset").orElse("?")));
  }
}
