package io.flowledger.deploy.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says why partitions come to this node, as far as it knows, and counts them. On any thread. */
final class Moves {

  private static final Logger LOG = LoggerFactory.getLogger(Moves.class);
  private static final long SILENT_NANOS = 1_000_000_000;

  /** Why a partition comes. */
  enum Reason {
    /** Nobody is known to have answered for it. */
    FIRST,
    /** This node had it before, and nobody else since. */
    RETURNED,
    /** Another node has given it, since it stops, or since partitions were shared out anew. */
    HANDED_OVER,
    /** The node that had it has gone, or does not say anything any more. */
    FAILED_OVER;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final LongSupplier nanoTime;
  private final Map<Integer, Peer> last = new ConcurrentHashMap<>(); // to answer for it elsewhere
  private final Set<Integer> held = ConcurrentHashMap.newKeySet(); // at any time
  private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

  Moves(LongSupplier nanoTime, MeterRegistry metrics) {
    this.nanoTime = nanoTime;
    for (Reason reason : Reason.values()) {
      counters.put(
          reason,
          Counter.builder("flowledger.partitions.taken")
              .description("Partitions that this node has begun to answer for")
              .tag("reason", reason.label())
              .register(metrics));
    }
  }

  /** Another node says that it answers for these. */
  void areAnsweredBy(Peer peer, List<Integer> partitions) {
    partitions.forEach(partition -> last.put(partition, peer));
  }

  /**
   * This node answers for a partition from now on.
   *
   * @param millis since it was opened here
   * @return why it has come
   */
  Reason hasCome(int partition, long millis) {
    Peer before = last.remove(partition);
    boolean again = !held.add(partition);
    Reason reason = reason(before, again);
    String why =
        before == null
            ? again ? "it was here before" : "nobody is known to have answered for it"
            : reason == Reason.FAILED_OVER
                ? "node " + before.member().address() + " has gone or is silent"
                : "node "
                    + before.member().address()
                    + (before.wasDraining() ? ", which stops, has given it" : " has given it");
    LOG.info(
        "answering for partition {} from now on, {} ms after it was opened: {}",
        partition,
        millis,
        why);
    Counter counter = counters.get(reason);
    if (counter != null) {
      counter.increment();
    }
    return reason;
  }

  private Reason reason(@Nullable Peer before, boolean again) {
    if (before == null) {
      return again ? Reason.RETURNED : Reason.FIRST;
    }
    boolean gone =
        before.lastWord() == null || nanoTime.getAsLong() - before.lastWordAt() > SILENT_NANOS;
    return gone && !before.wasDraining() ? Reason.FAILED_OVER : Reason.HANDED_OVER;
  }
}
