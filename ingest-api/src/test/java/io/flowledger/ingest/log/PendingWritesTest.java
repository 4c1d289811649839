package io.flowledger.ingest.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PendingWritesTest {

  private final PendingWrites pending = new PendingWrites(10);
  private final List<String> begun = new ArrayList<>();

  @Test
  void singleOnesAreRefusedBeyondTheBound() {
    for (int i = 0; i < 10; i++) {
      assertThat(pending.begin()).isTrue();
    }
    assertThat(pending.begin()).isFalse();
    pending.end();
    assertThat(pending.begin()).isTrue();
    assertThat(pending.count()).isEqualTo(10);
  }

  @Test
  void manyHaveHalfOfTheRoomAndWaitInTheirOrder() {
    pending.begin(3, () -> begun.add("a"));
    pending.begin(3, () -> begun.add("b"));
    pending.begin(1, () -> begun.add("c"));
    assertThat(begun).containsExactly("a");
    assertThat(pending.count()).isEqualTo(3);

    pending.end(1);
    assertThat(begun).containsExactly("a", "b");
    assertThat(pending.count()).isEqualTo(5);

    pending.end(2);
    assertThat(begun).containsExactly("a", "b", "c");
    pending.end(3);
    pending.end(1);
    assertThat(pending.count()).isZero();
  }

  @Test
  void manyFindRoomWhenSinglesHaveTakenAll() {
    for (int i = 0; i < 10; i++) {
      pending.begin();
    }
    pending.begin(5, () -> begun.add("a"));
    assertThat(begun).containsExactly("a");
    assertThat(pending.begin()).isFalse();
    assertThat(pending.count()).isEqualTo(15);
  }
}
