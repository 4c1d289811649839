package io.flowledger.bench.cluster.check;

import io.flowledger.bench.cluster.check.Call.Beat;
import io.flowledger.bench.cluster.check.Violation.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * The last heartbeat that is read is no earlier than one that was acknowledged or read before.
 * Beats of one second are one, so that a second may be missing.
 */
final class Beats implements Rule {

  private static final long TOLERANCE_SECONDS = 2;

  @Override
  public void check(History history, Consumer<Violation> found) {
    history.by(Beat.class).forEach((identity, beats) -> check(identity, beats, found));
  }

  private static void check(String identity, List<Beat> beats, Consumer<Violation> found) {
    List<Beat> known =
        beats.stream()
            .filter(beat -> !beat.span().isOpen())
            .sorted(Comparator.comparingLong(beat -> beat.span().returned()))
            .toList();
    List<Beat> reads =
        known.stream()
            .filter(Beat::read)
            .sorted(Comparator.comparingLong(beat -> beat.span().invoked()))
            .toList();
    int next = 0;
    long latest = Long.MIN_VALUE + TOLERANCE_SECONDS;
    for (Beat read : reads) {
      while (next < known.size() && known.get(next).span().before(read.span())) {
        latest = Math.max(latest, known.get(next++).seconds());
      }
      if (read.seconds() < latest - TOLERANCE_SECONDS) {
        found.accept(
            new Violation(
                Kind.STALE_READ,
                identity,
                read.span().returned(),
                "shows a heartbeat %d s before one that was acknowledged"
                    .formatted(latest - read.seconds())));
      }
    }
  }
}
