package io.flowledger.http.forward;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The partitions that another node asks this one for: it puts the answer together from the parts of
 * all nodes.
 */
public final class AskedPartitions {

  static final String HEADER = "Flowledger-Partitions";

  private static final String KEY = AskedPartitions.class.getName();

  private AskedPartitions() {}

  /** Empty where a client asks, who wants all. */
  public static Optional<List<Integer>> of(RoutingContext request) {
    return Optional.ofNullable(request.get(KEY));
  }

  static void put(RoutingContext request, List<Integer> partitions) {
    request.put(KEY, partitions);
  }

  static String format(List<Integer> partitions) {
    return partitions.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /**
   * @throws RefusedException 400 when these are no partitions
   */
  static List<Integer> parse(String text, int partitions) {
    try {
      List<Integer> parsed = Stream.of(text.split(",")).map(Integer::valueOf).toList();
      if (parsed.stream().allMatch(partition -> partition >= 0 && partition < partitions)) {
        return parsed;
      }
    } catch (NumberFormatException noNumbers) {
      // told below
    }
    throw RefusedException.malformed(HEADER + " must name partitions, not '" + text + "'");
  }
}
