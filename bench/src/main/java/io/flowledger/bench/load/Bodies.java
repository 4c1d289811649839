package io.flowledger.bench.load;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Bodies of requests with the fields and lengths that a Metaflow client sends. */
public final class Bodies {

  private static final String SENDER =
      "\"user_name\": \"ada\", \"tags\": [\"exp:1\", \"team:vision\"], \"system_tags\":"
          + " [\"metaflow_version:2.19.39\", \"user:ada\", \"runtime:dev\","
          + " \"python_version:3.11.7\"], \"ts_epoch\": 1795436243000";
  private static final String SHA = "5dee0521b061a95e2473c639d5cd7e908521b8f5";

  private static final List<String> FIELDS =
      List.of("runtime", "python_version", "user", "metaflow_version", "ds-type", "attempt");

  private Bodies() {}

  public static String registration() {
    return "{\"flow_id\": \"Bench\", \"run_number\": \"1\", \"step_name\": \"start\", "
        + SENDER
        + "}";
  }

  /** A run with a tag of its own group. */
  public static String run(String tag) {
    return "{\"flow_id\": \"Bench\", "
        + SENDER.replace("\"exp:1\"", "\"exp:1\", \"" + tag + "\"")
        + "}";
  }

  /**
   * @param entries how many
   * @param item value of the field {@code item}, which is the first one
   */
  public static String metadata(int entries, String item) {
    return IntStream.range(0, entries)
        .mapToObj(
            i ->
                i == 0
                    ? metadataEntry("item", item)
                    : metadataEntry(
                        FIELDS.get(i % FIELDS.size()) + (i < FIELDS.size() ? "" : "-" + i),
                        "2.19.39"))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String metadataEntry(String field, String value) {
    return "{\"flow_id\": \"Bench\", \"run_number\": \"1\", \"step_name\": \"start\", \"task_id\":"
        + " \"1\", \"field_name\": \"%s\", \"type\": \"%s\", \"value\": \"%s\", \"tags\":"
            .formatted(field, field, value)
        + " [\"attempt_id:0\"], \"user_name\": \"ada\", \"ts_epoch\": 1795436243017}";
  }

  /**
   * Entries of a bulk request, one a line.
   *
   * @param tasks paths of tasks, each of which gets as many as the others
   */
  public static String bulkMetadata(int entries, List<String> tasks) {
    int each = entries / tasks.size();
    return IntStream.range(0, entries)
        .mapToObj(i -> bulkEntry(tasks.get(i / each).split("/"), i % each))
        .collect(Collectors.joining("\n"));
  }

  private static String bulkEntry(String[] task, int number) {
    String field = FIELDS.get(number % FIELDS.size()) + "-" + number;
    return "{\"type\": \"metadata\", \"flow_id\": \"%s\", \"run_number\": %s, \"step_name\": \"%s\","
            .formatted(task[2], task[4], task[6])
        + " \"task_id\": %s, \"field_name\": \"%s\", \"metadata_type\": \"%s\","
            .formatted(task[8], field, field)
        + " \"value\": \"2.19.39\", \"tags\": [\"attempt_id:0\"], \"user_name\": \"ada\"}";
  }

  /**
   * @param suffix of the names, which makes the artifacts new ones
   */
  public static String artifacts(int entries, String suffix) {
    return IntStream.range(0, entries)
        .mapToObj(
            i ->
                "{\"run_number\": \"1\", \"step_name\": \"start\", \"task_id\": \"1\","
                    + " \"attempt_id\": 0, \"name\": \"value_%d_%s\", \"content_type\":"
                        .formatted(i, suffix)
                    + " \"gzip+pickle-v4\", \"type\": \"metaflow.artifact\", \"sha\": \""
                    + SHA
                    + "\", \"ds_type\": \"s3\", \"location\": \"s3://bucket/metaflow/Bench/data/5d/"
                    + SHA
                    + "\", \"flow_id\": \"Bench\", "
                    + SENDER
                    + "}")
        .collect(Collectors.joining(", ", "[", "]"));
  }

  public static String tags(String add, String remove) {
    return "{\"tags_to_add\": [\"%s\"], \"tags_to_remove\": [\"%s\"]}".formatted(add, remove);
  }
}
