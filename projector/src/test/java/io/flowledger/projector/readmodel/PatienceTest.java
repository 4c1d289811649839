package io.flowledger.projector.readmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class PatienceTest {

  private final Patience patience = new Patience(10, () -> new IllegalStateException("too much"));

  private static RuntimeException gone() {
    return new IllegalStateException("gone");
  }

  @Test
  void whatIsReadEndsWhereItAsks() throws Exception {
    assertThat(
            patience.<Integer>during(
                () -> {
                  Patience.check();
                  return 1;
                }))
        .isEqualTo(1);
    assertThatThrownBy(
            () ->
                patience.during(
                    () -> {
                      patience.end(gone());
                      Patience.check();
                      return 2;
                    }))
        .hasMessage("gone");
  }

  @Test
  void whatNobodyWaitsForIsNotBegun() {
    patience.end(gone());
    patience.end(new IllegalStateException("late"));
    assertThatThrownBy(
            () ->
                patience.during(
                    () -> {
                      throw new AssertionError("begun");
                    }))
        .hasMessage("gone");
  }

  @Test
  void theBoundIsOfAllThatIsReadForOne() throws Exception {
    for (int stretch = 0; stretch < 2; stretch++) {
      patience.<Integer>during(
          () -> {
            Patience.check(5);
            return 0;
          });
    }
    assertThatThrownBy(
            () ->
                patience.during(
                    () -> {
                      Patience.check(1);
                      return 0;
                    }))
        .hasMessage("too much");
  }

  @Test
  void whoReadsForNobodyIsNeverEnded() {
    patience.end(gone());
    assertThatThrownBy(() -> patience.during(() -> 0)).hasMessage("gone");
    assertThatCode(() -> Patience.check(1_000_000)).doesNotThrowAnyException();
  }
}
