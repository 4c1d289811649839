package io.flowledger.query.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ListingTest {

  /** Where each scan of the source began. */
  private final List<Optional<Integer>> scans = new ArrayList<>();

  /** The numbers below the end, ascending. */
  private Listing.Source<Integer, Integer> numbers(int end) {
    return (after, visitor) -> {
      scans.add(after);
      for (int i = after.map(last -> last + 1).orElse(0); i < end; i++) {
        if (!visitor.visit(i)) {
          return;
        }
      }
    };
  }

  private Listing<Integer, Integer> all(int end) {
    return Listing.all(numbers(end), number -> number, (number, sink) -> {});
  }

  private static List<Integer> shown(
      Listing<Integer, Integer> listing, Optional<Integer> after, int enough) {
    List<Integer> shown = new ArrayList<>();
    listing.scanShown(
        after,
        number -> {
          shown.add(number);
          return shown.size() < enough;
        });
    return shown;
  }

  @Test
  void showsAllRowsAfterAPlace() {
    assertThat(shown(all(5), Optional.empty(), 9)).containsExactly(0, 1, 2, 3, 4);
    assertThat(shown(all(5), Optional.of(2), 9)).containsExactly(3, 4);
    assertThat(shown(all(5), Optional.of(4), 9)).isEmpty();
  }

  @Test
  void stopsWhenTheVisitorHasHadEnough() {
    assertThat(shown(all(5), Optional.empty(), 2)).containsExactly(0, 1);
  }

  @Test
  void showsOnlyWhatTheFilterLetsThrough() {
    Listing<Integer, Integer> even =
        new Listing<>(
            numbers(7), number -> number, number -> number % 2 == 0, (number, sink) -> {});

    assertThat(shown(even, Optional.empty(), 9)).containsExactly(0, 2, 4, 6);
    assertThat(shown(even, Optional.of(3), 1)).containsExactly(4);
  }

  @Test
  void readsInStretchesSoThatNoScanIsLong() {
    assertThat(shown(all(12_000), Optional.empty(), Integer.MAX_VALUE)).hasSize(12_000);

    assertThat(scans).containsExactly(Optional.empty(), Optional.of(4_999), Optional.of(9_999));
  }

  @Test
  void looksNoFurtherWhenTheVisitorHasHadEnoughAtTheEndOfAStretch() {
    assertThat(shown(all(12_000), Optional.empty(), 5_000)).hasSize(5_000);

    assertThat(scans).containsExactly(Optional.empty());
  }

  @Test
  void stretchesCountWhatTheFilterHides() {
    Listing<Integer, Integer> last =
        new Listing<>(
            numbers(10_001), number -> number, number -> number == 10_000, (number, sink) -> {});

    assertThat(shown(last, Optional.empty(), 9)).containsExactly(10_000);
    assertThat(scans).containsExactly(Optional.empty(), Optional.of(4_999), Optional.of(9_999));
  }

  @Test
  void aListingThatEndsWithAStretchIsLookedAtOnceMore() {
    assertThat(shown(all(5_000), Optional.empty(), 5_001)).hasSize(5_000);

    assertThat(scans).containsExactly(Optional.empty(), Optional.of(4_999));
  }
}
