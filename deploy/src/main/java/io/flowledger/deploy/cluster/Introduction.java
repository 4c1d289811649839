package io.flowledger.deploy.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The first words of a node with all others, before it joins them. One that cannot speak with them
 * would be given partitions all the same, for which nobody could answer then: neither it, since it
 * cannot know whether the others have stopped to, nor they.
 */
final class Introduction {

  private static final Duration REPORT_EVERY = Duration.ofSeconds(5);
  private static final long PAUSE_MS = 20;

  private final Peers peers;
  private final LongSupplier nanoTime;
  private final Consumer<String> progress;

  /**
   * @param progress is told now and then who is waited for
   */
  Introduction(Peers peers, LongSupplier nanoTime, Consumer<String> progress) {
    this.peers = peers;
    this.nanoTime = nanoTime;
    this.progress = progress;
  }

  /**
   * Blocks until every node of the group has been heard, or has gone.
   *
   * @return why this node must not join; empty where it may
   */
  Optional<String> await(Duration limit) {
    long begin = nanoTime.getAsLong();
    long nextReport = begin + REPORT_EVERY.toNanos();
    while (true) {
      List<Peer> strangers = peers.strangers();
      if (strangers.isEmpty()) {
        return Optional.empty();
      }
      long now = nanoTime.getAsLong();
      Peer first =
          strangers.stream().filter(peer -> peer.silence().isForEver()).findFirst().orElse(null);
      if (first != null || now - begin > limit.toNanos()) {
        return Optional.of(
            told(first == null ? strangers.get(0) : first) + "; this node does not join");
      }
      if (now - nextReport > 0) {
        nextReport += REPORT_EVERY.toNanos();
        progress.accept("waiting for the other nodes: " + told(strangers.get(0)));
      }
      peers.askAll();
      if (!pause()) {
        return Optional.of("interrupted");
      }
    }
  }

  private static String told(Peer peer) {
    return "node %s of the group cannot be spoken with: %s"
        .formatted(peer.member().address(), peer.silence().reason());
  }

  private static boolean pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
