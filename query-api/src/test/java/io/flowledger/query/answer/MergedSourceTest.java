package io.flowledger.query.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Seed;
import io.flowledger.projector.row.RowVisitor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MergedSourceTest {

  /** A source of ascending numbers that counts what is read of it. */
  private static final class Numbers implements Listing.Source<Long, Long> {
    private final List<Long> numbers;
    private int visited;

    Numbers(List<Long> numbers) {
      this.numbers = numbers;
    }

    @Override
    public void scan(Optional<Long> after, RowVisitor<Long> visitor) {
      for (Long number : numbers) {
        if (after.isEmpty() || number > after.get()) {
          visited++;
          if (!visitor.visit(number)) {
            return;
          }
        }
      }
    }
  }

  private static MergedSource<Long, Long> merged(List<Numbers> sources) {
    return new MergedSource<>(List.copyOf(sources), Comparator.naturalOrder(), number -> number);
  }

  private static List<Long> scanned(
      Listing.Source<Long, Long> source, Optional<Long> after, int enough) {
    List<Long> numbers = new ArrayList<>();
    source.scan(
        after,
        number -> {
          numbers.add(number);
          return numbers.size() < enough;
        });
    return numbers;
  }

  @Test
  void mergesNothing() {
    assertThat(scanned(merged(List.of()), Optional.empty(), 9)).isEmpty();
    assertThat(scanned(merged(List.of(new Numbers(List.of()))), Optional.empty(), 9)).isEmpty();
  }

  @Test
  void mergesInOrder() {
    MergedSource<Long, Long> merged =
        merged(List.of(new Numbers(List.of(1L, 4L, 5L)), new Numbers(List.of(2L, 3L, 6L))));

    assertThat(scanned(merged, Optional.empty(), 9)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(scanned(merged, Optional.of(3L), 9)).containsExactly(4L, 5L, 6L);
    assertThat(scanned(merged, Optional.empty(), 2)).containsExactly(1L, 2L);
  }

  @Test
  void readsFewRowsOfEachSourceAhead() {
    Numbers even = new Numbers(numbers(0, 100_000, 2));
    Numbers odd = new Numbers(numbers(1, 100_000, 2));

    assertThat(scanned(merged(List.of(even, odd)), Optional.empty(), 10)).hasSize(10);

    assertThat(even.visited).isEqualTo(64);
    assertThat(odd.visited).isEqualTo(64);
  }

  private static List<Long> numbers(long from, long to, long step) {
    List<Long> numbers = new ArrayList<>();
    for (long number = from; number < to; number += step) {
      numbers.add(number);
    }
    return numbers;
  }

  /** Also around the number of rows that are held of each source. */
  @Test
  void mergesAsSortingDoes() {
    Random random = Seed.random("MergedSourceTest");
    for (int round = 0; round < 300; round++) {
      int count = random.nextInt(6);
      List<List<Long>> parts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        parts.add(new ArrayList<>());
      }
      List<Long> all = new ArrayList<>();
      for (long number = 0; count > 0 && number < random.nextInt(500); number++) {
        if (random.nextInt(4) > 0) {
          int part = random.nextInt(4) == 0 ? random.nextInt(count) : 0;
          parts.get(part).add(number);
          all.add(number);
        }
      }
      MergedSource<Long, Long> merged = merged(parts.stream().map(Numbers::new).toList());
      long after = random.nextInt(300) - 1L;

      assertThat(scanned(merged, Optional.empty(), Integer.MAX_VALUE)).isEqualTo(all);
      assertThat(scanned(merged, Optional.of(after), Integer.MAX_VALUE))
          .isEqualTo(all.stream().filter(number -> number > after).toList());
    }
  }
}
