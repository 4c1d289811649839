package io.flowledger.query.metaflow;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ListingView.ListedTask;
import io.flowledger.query.filter.Filters;
import io.vertx.core.MultiMap;
import java.util.Map;
import java.util.Optional;

/** Fields that tasks can be filtered by. */
final class TaskFilters {

  private TaskFilters() {}

  private static final Map<String, Filters.Field<ListedTask>> FIELDS =
      Map.of(
          "task_id",
          new Filters.Field<>(
              Filters.Kind.INTEGER, task -> Optional.of(Long.toString(task.row().id()))),
          "task_name",
          new Filters.Field<>(Filters.Kind.TEXT, task -> task.row().taskName()),
          "user_name",
          new Filters.Field<>(Filters.Kind.TEXT, task -> task.row().userName()),
          "ts_epoch",
          new Filters.Field<>(
              Filters.Kind.TIME, task -> Optional.of(Long.toString(task.row().tsEpoch()))),
          "last_heartbeat_ts",
          new Filters.Field<>(Filters.Kind.TIME, task -> RunFilters.number(task.heartbeat())));

  /**
   * @throws RefusedException 400 when a filter makes no sense
   */
  static Filters<ListedTask> of(MultiMap parameters) {
    return Filters.of(parameters, FIELDS);
  }
}
