package io.flowledger.deploy.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient.Answer;
import io.flowledger.deploy.cli.ServerOptions;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Surroundings;
import io.flowledger.deploy.cli.Table;
import io.flowledger.deploy.cli.Table.Cell;
import io.flowledger.deploy.cli.Tone;
import io.flowledger.deploy.cli.Visible;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code flowledger cluster}: the nodes, and who has which partition. */
@Command(
    name = "cluster",
    description = {
      "Shows the nodes of the cluster, and who answers for which partition.",
      "As the node knows it that is asked."
    },
    footer = {"", "Examples:", "  flowledger cluster", "  flowledger cluster --json"},
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class ClusterCommand implements Callable<Integer> {

  private static final String NOTHING = "-";
  private static final String NOBODY = "nobody";
  private static final long SILENT_MS = 1000;

  @Mixin private final ServerOptions options;

  public ClusterCommand(Surroundings surroundings) {
    this.options = new ServerOptions(surroundings);
  }

  @Override
  public Integer call() {
    options.live(true, "cluster");
    return options.run(ClusterCommand::show);
  }

  private static int show(Session session) {
    Answer answer = session.client().get(Resource.of("cluster"));
    if (session.json()) {
      session.out().println(answer.text());
    } else {
      session.out().print(nodes(session, answer.json().path("nodes")));
      session.out().println();
      session.out().print(partitions(session, answer.json().path("partitions")));
    }
    return ExitCodes.FINE;
  }

  private static String nodes(Session session, JsonNode nodes) {
    Table table =
        new Table(session.colours()).heading("NODE", "STATE", "VERSION", "LEASE", "LAST SEEN");
    for (JsonNode node : nodes) {
      table.row(
          Cell.of(text(node, "address")),
          state(node),
          Cell.of(text(node, "version")),
          Cell.of(millis(node, "lease_ms")),
          Cell.of(node.path("here").asBoolean() ? "asked" : millis(node, "silent_ms") + ago(node)));
    }
    return table.render();
  }

  private static String ago(JsonNode node) {
    return Json.number(node, "silent_ms").isPresent() ? " ago" : "";
  }

  private static Cell state(JsonNode node) {
    if (Json.number(node, "silent_ms").isEmpty()) {
      return new Cell("gone", Tone.BAD);
    } else if (Json.number(node, "silent_ms").getAsLong() > SILENT_MS) {
      return new Cell("silent", Tone.BAD);
    } else if (node.path("draining").asBoolean()) {
      return new Cell("stopping", Tone.WARNING);
    }
    return node.path("in_group").asBoolean()
        ? new Cell("up", Tone.GOOD)
        : new Cell("not in the group", Tone.WARNING);
  }

  private static String partitions(Session session, JsonNode partitions) {
    Table table =
        new Table(session.colours())
            .heading("PARTITION", "OWNER", "APPLIED", "END", "LAG", "STANDBYS");
    for (JsonNode partition : partitions) {
      boolean owned = Json.text(partition, "owner").isPresent();
      table.row(
          Cell.of(text(partition, "partition")),
          owned ? Cell.of(text(partition, "owner")) : new Cell(NOBODY, Tone.BAD),
          Cell.of(text(partition, "applied")),
          Cell.of(text(partition, "end")),
          Cell.of(text(partition, "lag")),
          Cell.of(standbys(partition.path("standbys"))));
    }
    return table.render();
  }

  private static String standbys(JsonNode standbys) {
    return standbys.isEmpty()
        ? NOTHING
        : Json.stream(standbys)
            .map(standby -> text(standby, "address") + " (lag " + text(standby, "lag") + ")")
            .collect(Collectors.joining(", "));
  }

  private static String text(JsonNode object, String field) {
    return Visible.all(Json.text(object, field).orElse(NOTHING));
  }

  private static String millis(JsonNode object, String field) {
    return Json.text(object, field).map(text -> Visible.all(text) + " ms").orElse(NOTHING);
  }
}
