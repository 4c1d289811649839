package io.flowledger.deploy.cli.deadletters;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerOptions;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Surroundings;
import io.flowledger.deploy.cli.Visible;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flowledger dead-letters redrive}: letters into the log again. */
@Command(
    name = "redrive",
    description = {
      "Appends dead letters to the log again, and tells what has become of each.",
      "Those that were applied or superseded since stay as they are, so doing it twice is"
          + " harmless. Works on the server's machine only."
    },
    footer = {
      "",
      "Examples:",
      "  flowledger dead-letters redrive 12 13",
      "  flowledger dead-letters redrive --reason 'not registered' --flow TrainFlow",
      "  flowledger dead-letters redrive --all"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class RedriveCommand implements Callable<Integer> {

  @Parameters(paramLabel = "LETTER", description = "Numbers of letters in the list.")
  private List<Long> positions = new ArrayList<>();

  @Mixin private final DeadLetterOptions letters = new DeadLetterOptions();

  @Option(names = "--all", description = "All that are waiting.")
  private boolean all;

  @Option(
      names = {"-n", "--limit"},
      description = "Letters to redrive at most; 10000 by default, which is the most at a time.")
  private @Nullable Integer limit;

  @Mixin private final ServerOptions options;

  RedriveCommand(Surroundings surroundings) {
    this.options = new ServerOptions(surroundings);
  }

  @Override
  public Integer call() {
    options.ofNow();
    boolean filtered = letters.areGiven() || all;
    options.usage(
        positions.isEmpty() == filtered && (!all || !letters.areGiven()),
        "either LETTER, filters such as --reason, or --all is needed");
    options.refuse(limit != null && !positions.isEmpty(), "--limit", "LETTER");
    return options.run(this::redrive);
  }

  private int redrive(Session session) {
    Outcomes outcomes = new Outcomes(session);
    session
        .client()
        .post(
            Resource.of(DeadLettersCommand.PATH).under("redrive"),
            BodyPublishers.ofString(Json.write(order(session))),
            outcomes::line);
    return outcomes.end();
  }

  private Map<String, Object> order(Session session) {
    if (!positions.isEmpty()) {
      return Map.of("positions", positions);
    }
    Map<String, Object> order = new LinkedHashMap<>(letters.filters(session.moments()));
    if (all) {
      order.put("all", true);
    }
    if (limit != null) {
      order.put("limit", limit);
    }
    return order;
  }

  /** Tells what has become of the letters, line by line. */
  private static final class Outcomes {
    private final Session session;
    private Optional<JsonNode> last = Optional.empty();

    Outcomes(Session session) {
      this.session = session;
    }

    boolean line(String line) {
      JsonNode json = Json.parse(line);
      last = Optional.of(json);
      if (session.json()) {
        session.out().println(line);
      } else if (json.has("outcome")) {
        session.out().println(told(json));
      }
      return true;
    }

    private static String told(JsonNode letter) {
      String place = Json.text(letter, "now_at").map(at -> " at " + Visible.all(at)).orElse("");
      String reason =
          Json.text(letter, "reason").map(why -> ": " + Visible.shortened(why)).orElse("");
      return Json.text(letter, "position").orElse("?")
          + " "
          + Visible.all(Json.text(letter, "outcome").orElse("?"))
          + place
          + reason;
    }

    int end() {
      JsonNode counts = last.filter(line -> line.has("appended")).orElse(null);
      if (counts == null) {
        throw CommandFailure.failed(
            last.flatMap(line -> Json.text(line, "message"))
                .map(Visible::all)
                .orElse("the server has not said how the redrive ended; do it again"));
      }
      if (!session.json()) {
        session
            .out()
            .printf(
                "%d redriven: %d applied, %d superseded, %d rejected again%n",
                count(counts, "appended"),
                count(counts, "applied"),
                count(counts, "superseded"),
                count(counts, "rejected"));
        if (counts.path("more").asBoolean()) {
          session.out().println("... and more are waiting; do it again");
        }
      }
      if (count(counts, "missing") > 0) {
        return ExitCodes.NOT_FOUND;
      }
      return count(counts, "rejected") > 0 ? ExitCodes.FAILED : ExitCodes.FINE;
    }

    private static long count(JsonNode json, String field) {
      return Json.number(json, field).orElse(0);
    }
  }
}
