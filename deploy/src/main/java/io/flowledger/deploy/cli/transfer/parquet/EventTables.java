package io.flowledger.deploy.cli.transfer.parquet;

import io.flowledger.schemas.Position;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * The tables whose rows are made once and stay as they are, from the records of the log in its
 * order. Where a task is registered, its latest heartbeat follows.
 */
final class EventTables {

  private static final String APPLIED = "applied";
  private static final String REJECTED = "rejected";
  private static final Pattern ATTEMPT_TAG = Pattern.compile("attempt_id:(\\d{1,9})");

  private final TableFile steps;
  private final TableFile tasks;
  private final TableFile metadata;
  private final TableFile artifacts;
  private final TableFile tagChanges;
  private final FirstArtifacts first;
  private final LeftOut leftOut;
  private @Nullable GenericRecord task; // whose heartbeat may follow

  EventTables(TableFolder folder, FirstArtifacts first, LeftOut leftOut) {
    this.steps = folder.begin(Table.STEPS);
    this.tasks = folder.begin(Table.TASKS);
    this.metadata = folder.begin(Table.METADATA);
    this.artifacts = folder.begin(Table.ARTIFACTS);
    this.tagChanges = folder.begin(Table.TAG_CHANGES);
    this.first = first;
    this.leftOut = leftOut;
  }

  /** Takes a record of an exported Avro file. */
  void take(GenericRecord record) {
    Object position = record.get("position");
    GenericRecord event = (GenericRecord) record.get("event");
    if (position == null) {
      beat(event);
      return;
    }
    endTask();
    String verdict = record.get("verdict").toString();
    if (event == null) {
      leftOut.unreadable(position.toString());
    } else if (verdict.equals(APPLIED)) {
      applied(event);
    } else if (verdict.equals(REJECTED)) {
      leftOut.rejected();
    } else if (isOfArtifacts(event)
        && FirstArtifacts.mayBeIn(verdict, String.valueOf(record.get("reason")))) {
      first
          .of(event, Position.parse(position.toString()).orElseThrow())
          .forEach(entry -> artifact(event, entry));
    } else {
      leftOut.superseded();
    }
  }

  /** Ends the files: there are no more records. */
  void end() {
    endTask();
    List.of(steps, tasks, metadata, artifacts, tagChanges).forEach(TableFile::close);
  }

  private static boolean isOfArtifacts(GenericRecord event) {
    return event.getSchema().getName().equals("ArtifactsRecorded");
  }

  private void applied(GenericRecord event) {
    switch (event.getSchema().getName()) {
      case "FlowRegistered", "RunRegistered" -> {} // see RunTables
      case "StepRegistered" -> steps.add(registered(event, steps));
      case "TaskRegistered" -> task(event);
      case "MetadataRecorded" ->
          FirstArtifacts.entries(event).forEach(entry -> metadata(event, entry));
      case "ArtifactsRecorded" -> {
        first.note(event);
        FirstArtifacts.entries(event).forEach(entry -> artifact(event, entry));
      }
      case "RunTagsMutated" -> tags(event);
      default -> leftOut.unknown(event.getSchema().getName());
    }
  }

  private void task(GenericRecord event) {
    GenericRecord row = registered(event, tasks);
    row.put("task_name", event.get("task_name"));
    if (event.get("heartbeat_ts") instanceof Long seconds && seconds > 0) {
      row.put("last_heartbeat_at", TimeUnit.SECONDS.toMillis(seconds));
    }
    task = row;
  }

  private void beat(@Nullable GenericRecord heartbeat) {
    GenericRecord of = task;
    if (of != null && heartbeat != null && of.get("task_id").equals(heartbeat.get("task_id"))) {
      // The API knows whole seconds.
      long seconds = TimeUnit.MILLISECONDS.toSeconds((Long) heartbeat.get("ts_epoch"));
      long millis = TimeUnit.SECONDS.toMillis(seconds);
      if (!(of.get("last_heartbeat_at") instanceof Long first) || first < millis) {
        of.put("last_heartbeat_at", millis);
      }
    }
  }

  private void endTask() {
    GenericRecord row = task;
    if (row != null) {
      task = null;
      tasks.add(row);
    }
  }

  private void metadata(GenericRecord event, GenericRecord entry) {
    GenericRecord row = recorded(event, entry, metadata);
    copy(entry, row, "id", "field_name", "value", "type", "tags", "system_tags");
    row.put("attempt_id", attempt(entry));
    metadata.add(row);
  }

  private void artifact(GenericRecord event, GenericRecord entry) {
    GenericRecord row = recorded(event, entry, artifacts);
    copy(entry, row, "attempt_id", "name", "location", "ds_type", "sha", "type", "content_type");
    artifacts.add(row);
  }

  private void tags(GenericRecord event) {
    GenericRecord row = tagChanges.row();
    copy(event, row, "flow_id", "run_number", "tags_to_remove", "tags_to_add");
    row.put("created_at", event.get("ts_epoch"));
    if (event.get("origin") instanceof GenericRecord origin) {
      copy(origin, row, "credential", "address");
    }
    tagChanges.add(row);
  }

  /** A row of what an event is the registration of. */
  private static GenericRecord registered(GenericRecord event, TableFile of) {
    GenericRecord row = of.row();
    copy(event, row, "flow_id", "run_number", "step_name");
    if (event.hasField("task_id")) {
      copy(event, row, "task_id");
    }
    row.put("user_name", event.get("user_name"));
    row.put("created_at", event.get("ts_epoch"));
    return row;
  }

  /** A row of what an event says of a task. */
  private static GenericRecord recorded(GenericRecord event, GenericRecord entry, TableFile in) {
    GenericRecord row = in.row();
    copy(event, row, "flow_id", "run_number", "step_name", "task_id");
    row.put("user_name", entry.get("user_name"));
    row.put("created_at", event.get("ts_epoch"));
    return row;
  }

  private static void copy(GenericRecord from, GenericRecord to, String... fields) {
    for (String field : fields) {
      to.put(field, from.get(field));
    }
  }

  /** The attempt that the tags of an entry name. */
  private static @Nullable Integer attempt(GenericRecord entry) {
    if (entry.get("tags") instanceof List<?> tags) {
      for (Object tag : tags) {
        Matcher attempt = ATTEMPT_TAG.matcher(tag.toString());
        if (attempt.matches()) {
          return Integer.valueOf(attempt.group(1));
        }
      }
    }
    return null;
  }
}
