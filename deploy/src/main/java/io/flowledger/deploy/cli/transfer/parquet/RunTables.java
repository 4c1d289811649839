package io.flowledger.deploy.cli.transfer.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * The tables of flows and runs, from the listings of the server: the tags and the status of a run
 * change long after its registration. They are read when the log has been, so no row of the other
 * tables is without its run.
 */
final class RunTables {

  private static final int PAGE = 500;

  private final ServerClient client;
  private final Selection selection;
  private final TableFile flows;
  private final TableFile runs;
  private final Progress progress;

  RunTables(ServerClient client, Selection selection, TableFolder folder, Progress progress) {
    this.client = client;
    this.selection = selection;
    this.flows = folder.begin(Table.FLOWS);
    this.runs = folder.begin(Table.RUNS);
    this.progress = progress;
  }

  void write() {
    if (selection.flow().isPresent()) {
      flow(client.get(Resource.of("flows", selection.flow().get())).json());
    } else {
      list(Resource.of("flows"), this::flow);
    }
    flows.close();
    runs.close();
  }

  private void list(Resource listing, Consumer<JsonNode> row) {
    Optional<String> cursor = Optional.empty();
    do {
      ServerClient.Answer page = client.get(listing.with("_limit", PAGE).with("_cursor", cursor));
      page.json().forEach(row);
      cursor = page.nextCursor();
    } while (cursor.isPresent());
  }

  private void flow(JsonNode flow) {
    if (selection.holds(number(flow, "ts_epoch"))) {
      GenericRecord row = flows.row();
      common(flow, row);
      flows.add(row);
    }
    Resource ofFlow = Resource.of("flows", text(flow, "flow_id"), "runs");
    list(selection.of(ofFlow).with("_with", "number,status"), this::run);
  }

  private void run(JsonNode run) {
    GenericRecord row = runs.row();
    common(run, row);
    row.put("run_number", number(run, "number"));
    row.put("run_id", run.path("run_number").isTextual() ? text(run, "run_number") : null);
    row.put("status", text(run, "status"));
    row.put("last_heartbeat_at", heartbeat(run));
    runs.add(row);
    progress.show(runs.rows(), "runs");
  }

  private static void common(JsonNode object, GenericRecord row) {
    row.put("flow_id", text(object, "flow_id"));
    row.put("user_name", Json.text(object, "user_name").orElse(null));
    row.put("tags", texts(object, "tags"));
    row.put("system_tags", texts(object, "system_tags"));
    row.put("created_at", number(object, "ts_epoch"));
  }

  private static @Nullable Long heartbeat(JsonNode run) {
    return run.path("last_heartbeat_ts").isNumber()
        ? TimeUnit.SECONDS.toMillis(number(run, "last_heartbeat_ts"))
        : null;
  }

  private static @Nullable List<String> texts(JsonNode object, String field) {
    return object.path(field).isArray() ? Json.texts(object.path(field)) : null;
  }

  private static String text(JsonNode object, String field) {
    return Json.text(object, field).orElseThrow(() -> missing(field));
  }

  private static long number(JsonNode object, String field) {
    return Json.number(object, field).orElseThrow(() -> missing(field));
  }

  private static CommandFailure missing(String field) {
    return CommandFailure.failed(
        "the server does not tell '%s' of its flows or runs; is it of an earlier version?"
            .formatted(field));
  }
}
