package io.flowledger.bench.cluster.check;

import io.flowledger.bench.cluster.check.Call.Creation;
import io.flowledger.bench.cluster.check.Call.Outcome;
import io.flowledger.bench.cluster.check.Call.Sighting;
import io.flowledger.bench.cluster.check.Violation.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * An object is created once: by one attempt, whose marker everybody reads from then on. Whoever was
 * told that it is there, by whatever answer, makes it wrong to be told later that it is not.
 *
 * <p>A flow or a step is the same whoever creates it, so several may be told that they have: that
 * is what is answered while no view can be asked, and flows go on. What is read of it is of one of
 * them all the same. Runs and tasks have one winner, whom schedulers rely on.
 */
final class Registers implements Rule {

  @Override
  public void check(History history, Consumer<Violation> found) {
    Map<String, List<Creation>> creations = history.by(Creation.class);
    Map<String, List<Sighting>> sightings = history.by(Sighting.class);
    Set<String> identities = new TreeSet<>(creations.keySet());
    identities.addAll(sightings.keySet());
    for (String identity : identities) {
      new Register(
              identity,
              creations.getOrDefault(identity, List.of()),
              sightings.getOrDefault(identity, List.of()),
              found)
          .check();
    }
  }

  /** Of a flow or a step, by its path. */
  private static final Pattern SAME_FOR_ALL = Pattern.compile("/flows/[^/]+(/.*/steps/[^/]+)?");

  private record Register(
      String identity,
      List<Creation> creations,
      List<Sighting> sightings,
      Consumer<Violation> found) {

    void check() {
      winners();
      values();
      presence();
    }

    /** Markers that were told to have won, or were read. */
    private void winners() {
      Map<String, Long> winners = new TreeMap<>();
      for (Creation creation : creations) {
        if (creation.outcome() == Outcome.WON && !isSameForAll()) {
          winners.merge(creation.marker(), creation.span().returned(), Math::min);
        }
      }
      for (Sighting sighting : sightings) {
        sighting
            .marker()
            .ifPresent(marker -> winners.merge(marker, sighting.span().returned(), Math::min));
      }
      if (winners.size() > 1) {
        long at = winners.values().stream().mapToLong(Long::longValue).max().orElse(0);
        violation(Kind.TWO_WINNERS, at, "created by each of " + winners.keySet());
      }
    }

    private boolean isSameForAll() {
      return SAME_FOR_ALL.matcher(identity).matches();
    }

    /** What is read was written by an attempt that had begun, and was not told that it had lost. */
    private void values() {
      Set<String> told = new HashSet<>();
      for (Sighting sighting : sightings) {
        Optional<String> marker = sighting.marker();
        if (marker.isEmpty()) {
          continue;
        }
        boolean possible =
            creations.stream()
                .anyMatch(
                    creation ->
                        creation.marker().equals(marker.get())
                            && creation.outcome() != Outcome.EXISTS
                            && creation.span().invoked() < sighting.span().returned());
        if (!possible && told.add(marker.get())) {
          violation(
              Kind.NEVER_WRITTEN,
              sighting.span().returned(),
              "reads as of " + marker.get() + ", which was not, or lost");
        }
      }
    }

    private void presence() {
      long first = Span.OPEN; // when somebody had been told for the first time that it is there
      for (Creation creation : creations) {
        if (creation.outcome() != Outcome.UNKNOWN) {
          first = Math.min(first, creation.span().returned());
        }
      }
      for (Sighting sighting : sightings) {
        if (sighting.marker().isPresent()) {
          first = Math.min(first, sighting.span().returned());
        }
      }
      begun(first);
      long lastFound = Long.MIN_VALUE;
      for (Sighting sighting : sightings) {
        if (sighting.marker().isPresent()) {
          lastFound = Math.max(lastFound, sighting.span().invoked());
        }
      }
      boolean read = false;
      for (Sighting sighting : sightings) {
        boolean after = sighting.span().invoked() > first;
        read |= after;
        if (after && sighting.marker().isEmpty()) {
          violation(
              lastFound > sighting.span().invoked() ? Kind.STALE_READ : Kind.LOST_WRITE,
              sighting.span().returned(),
              "said to be missing after it was acknowledged");
        }
      }
      for (Creation creation : creations) {
        boolean late = creation.outcome() == Outcome.WON && creation.span().invoked() > first;
        if (late && !isSameForAll()) {
          violation(
              Kind.TWO_WINNERS, creation.span().returned(), "created when it was there already");
        }
      }
      if (first != Span.OPEN && !read) {
        violation(Kind.LOST_WRITE, first, "acknowledged, and not read afterwards");
      }
    }

    private void begun(long first) {
      boolean begun = creations.stream().anyMatch(creation -> creation.span().invoked() < first);
      if (first != Span.OPEN && !begun) {
        violation(Kind.NEVER_WRITTEN, first, "said to be there before anybody created it");
      }
    }

    private void violation(Kind kind, long at, String what) {
      found.accept(new Violation(kind, identity, at, what));
    }
  }
}
