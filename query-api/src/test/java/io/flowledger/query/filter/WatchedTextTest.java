package io.flowledger.query.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Patience;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Comparisons of one long value, each of which would take minutes. */
final class WatchedTextTest {

  private static final String LONG = "a".repeat(1 << 20);
  private static final String LARGE = "(.*a){100}c";

  private static Predicate<String> like() {
    return Filters.onText("li", ("%" + "a".repeat(20_000) + "b").repeat(3));
  }

  private static Predicate<String> comparison(String name) {
    return name.equals("li") ? like() : RegularExpression.finder(LARGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"re", "li"})
  void endInTheMiddleOfAValueWhenNobodyWaits(String name) throws Exception {
    Patience patience = new Patience(Long.MAX_VALUE, IllegalStateException::new);
    CountDownLatch begun = new CountDownLatch(1);
    Predicate<String> comparison = comparison(name);
    CompletableFuture<Boolean> compared =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return patience.during(
                    () -> {
                      begun.countDown();
                      return comparison.test(LONG);
                    });
              } catch (Exception e) {
                throw (RuntimeException) e;
              }
            });
    begun.await();

    patience.end(RefusedException.unavailable("gone"));

    assertThat(
            compared
                .handle((found, why) -> Objects.requireNonNull(why.getCause()).getMessage())
                .get(20, TimeUnit.SECONDS))
        .isEqualTo("gone");
  }

  @ParameterizedTest
  @ValueSource(strings = {"re", "li"})
  void takeNoMoreWorkThanMayBe(String name) {
    Patience patience = new Patience(1_000_000, () -> RefusedException.malformed("too much work"));
    assertThatThrownBy(() -> patience.during(() -> comparison(name).test(LONG)))
        .hasMessage("too much work");
  }

  @Test
  void whatIsShortIsFoundAsBefore() throws Exception {
    Patience patience = new Patience(0, IllegalStateException::new);
    for (String text : List.of("abc", "", "b")) {
      boolean found = patience.during(() -> RegularExpression.finder("^a.c$").test(text));
      assertThat(found).isEqualTo(text.equals("abc"));
    }
  }

  @Test
  void aPartToLookForIsNotTooLong() {
    assertThatThrownBy(() -> Filters.onText("co", "a".repeat(1001)))
        .hasMessage("what a text is to contain is longer than 1000 characters");
  }
}
