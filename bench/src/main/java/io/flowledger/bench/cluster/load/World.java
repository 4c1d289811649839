package io.flowledger.bench.cluster.load;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Utils;

/** What all clients of a trial know of: flows in every partition, and objects that are there. */
public final class World {

  private static final int REMEMBERED = 300;
  private static final long RACE_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final int partitions;
  private final List<String> probes;
  private final Set<String> flows = new ConcurrentSkipListSet<>();
  private final Set<String> collections = new ConcurrentSkipListSet<>();
  private final Set<String> objects = new ConcurrentSkipListSet<>();
  private final Deque<String> recent = new ArrayDeque<>();
  private final long start = System.nanoTime();

  public World(int partitions) {
    this.partitions = partitions;
    this.probes =
        IntStream.range(0, partitions).mapToObj(partition -> flow("Probe", partition)).toList();
  }

  public int partitions() {
    return partitions;
  }

  /** The partition that everything of a flow is in. */
  static int partition(String flow, int partitions) {
    return Utils.toPositive(Utils.murmur2(flow.getBytes(StandardCharsets.UTF_8))) % partitions;
  }

  /** A name that is in that partition. */
  private String flow(String prefix, int partition) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> prefix + partition + "x" + i)
        .filter(name -> partition(name, partitions) == partition)
        .findFirst()
        .orElseThrow();
  }

  /** The flow of the probes of a partition. */
  String probe(int partition) {
    return probes.get(partition);
  }

  /** The flow in which names are fought for at this moment, and the name. */
  String[] race() {
    long round = (System.nanoTime() - start) / RACE_NANOS;
    int partition = (int) (round % partitions);
    return new String[] {flow("Race", partition), "race-" + round};
  }

  /** Flows that were acknowledged, whose histories are read at the end. */
  Set<String> flows() {
    return flows;
  }

  /** Paths of listings, with what has to be read of each at the end. */
  Set<String> collections() {
    return collections;
  }

  /** Paths of objects that were acknowledged. */
  Set<String> objects() {
    return objects;
  }

  void knows(String path) {
    objects.add(path);
    synchronized (recent) {
      recent.addLast(path);
      if (recent.size() > REMEMBERED) {
        recent.removeFirst();
      }
    }
  }

  /** Some object that is there, more often a late one than an early one. */
  Optional<String> some(Random random) {
    synchronized (recent) {
      if (recent.isEmpty()) {
        return Optional.empty();
      }
      List<String> all = new ArrayList<>(recent);
      int back = (int) (all.size() * Math.pow(random.nextDouble(), 3));
      return Optional.of(all.get(all.size() - 1 - Math.min(back, all.size() - 1)));
    }
  }
}
