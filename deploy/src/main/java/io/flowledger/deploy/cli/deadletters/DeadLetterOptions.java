package io.flowledger.deploy.cli.deadletters;

import io.flowledger.deploy.cli.Moments;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which dead letters are meant: those to which all of them apply. */
final class DeadLetterOptions {

  @Option(names = "--reason", paramLabel = "TEXT", description = "Only where the reason has this.")
  private @Nullable String reason;

  @Option(names = "--type", description = "Only events of this type, such as MetadataRecorded.")
  private @Nullable String type;

  @Option(names = "--flow", description = "Only events of this flow.")
  private @Nullable String flow;

  @Option(names = "--topic", description = "Only records of this topic.")
  private @Nullable String topic;

  @Option(names = "--partition", paramLabel = "N", description = "Only records of this partition.")
  private @Nullable Integer partition;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Only records that are not older: 2d, 3h, 2026-11-23 or 2026-11-23T19:26:46.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "Only records that are not younger.")
  private @Nullable String to;

  /** What is given, by its names in the API. */
  Map<String, Object> filters(Moments moments) {
    Map<String, Object> filters = new LinkedHashMap<>();
    put(filters, "reason", reason);
    put(filters, "type", type);
    put(filters, "flow", flow);
    put(filters, "topic", topic);
    put(filters, "partition", partition);
    put(filters, "from", from == null ? null : moments.time(from));
    put(filters, "to", to == null ? null : moments.time(to));
    return filters;
  }

  private static void put(Map<String, Object> filters, String name, @Nullable Object value) {
    if (value != null) {
      filters.put(name, value);
    }
  }

  boolean areGiven() {
    return reason != null
        || type != null
        || flow != null
        || topic != null
        || partition != null
        || from != null
        || to != null;
  }
}
