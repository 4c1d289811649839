package io.flowledger.bench.cluster.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** When which partition was answered by which node, and the longest times without an answer. */
public final class Outages {

  /**
   * A time without a successful answer.
   *
   * @param who was asked for what
   */
  public record Outage(long nanos, String who) {}

  private record Probe(String node, int partition) {}

  /** A successful answer. */
  private record Success(long invoked, long returned) {}

  private final Serving serving;
  private final Map<Probe, List<Success>> successes = new HashMap<>();

  Outages(Serving serving) {
    this.serving = serving;
  }

  synchronized void success(String node, int partition, long invoked, long returned) {
    successes
        .computeIfAbsent(new Probe(node, partition), probe -> new ArrayList<>())
        .add(new Success(invoked, returned));
  }

  /**
   * The longest outage in a stretch of time: of a partition at a node that should have answered,
   * and of a partition at all nodes together.
   */
  public synchronized Outage longest(int partitions, long from, long to) {
    Outage longest = new Outage(0, "-");
    for (int partition = 0; partition < partitions; partition++) {
      List<Long> any = new ArrayList<>();
      for (String node : serving.nodes()) {
        long[] times = times(new Probe(node, partition));
        Arrays.stream(times).forEach(any::add);
        for (Serving.Stretch stretch : serving.within(node, from, to)) {
          long gap = gap(times, stretch.from(), stretch.to());
          longest = longer(longest, gap, "partition " + partition + " at " + node);
        }
      }
      long[] all = any.stream().mapToLong(Long::longValue).sorted().toArray();
      longest = longer(longest, gap(all, from, to), "partition " + partition + " at all nodes");
    }
    return longest;
  }

  private long[] times(Probe probe) {
    return successes.getOrDefault(probe, List.of()).stream()
        .mapToLong(Success::returned)
        .sorted()
        .toArray();
  }

  private static Outage longer(Outage longest, long gap, String who) {
    return gap > longest.nanos() ? new Outage(gap, who) : longest;
  }

  private static long gap(long[] times, long from, long to) {
    long[] ends =
        LongStream.concat(
                Arrays.stream(times).filter(time -> time > from && time < to), LongStream.of(to))
            .toArray();
    long last = from;
    long longest = 0;
    for (long end : ends) {
      longest = Math.max(longest, end - last);
      last = end;
    }
    return longest;
  }

  /**
   * For each node that serves and each partition, when it was first answered of those requests that
   * were sent after a moment; {@link Long#MAX_VALUE} where none has been.
   */
  public synchronized Map<String, Long> firstAfter(int partitions, long moment) {
    Map<String, Long> firsts = new TreeMap<>();
    for (String node : serving.nodes()) {
      if (!serving.serves(node)) {
        continue;
      }
      for (int partition = 0; partition < partitions; partition++) {
        long first = Long.MAX_VALUE;
        List<Success> all = successes.getOrDefault(new Probe(node, partition), List.of());
        for (int i = all.size() - 1; i >= 0 && all.get(i).returned() > moment; i--) {
          if (all.get(i).invoked() > moment) {
            first = Math.min(first, all.get(i).returned());
          }
        }
        firsts.put("partition " + partition + " at " + node, first);
      }
    }
    return firsts;
  }
}
