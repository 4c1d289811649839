package io.flowledger.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LruMapTest {

  private final LruMap<String, Integer> map = new LruMap<>(2);

  @Test
  void findsWhatWasPut() {
    map.put("a", 1);

    assertThat(map.get("a")).hasValue(1);
    assertThat(map.get("b")).isEmpty();
  }

  @Test
  void keepsTheLatestValue() {
    map.put("a", 1);
    map.put("a", 2);

    assertThat(map.get("a")).hasValue(2);
  }

  @Test
  void forgetsWhatWasPutFirstWhenNothingIsAskedFor() {
    map.put("a", 1);
    map.put("b", 2);
    map.put("c", 3);

    assertThat(map.get("a")).isEmpty();
    assertThat(map.get("b")).hasValue(2);
    assertThat(map.get("c")).hasValue(3);
  }

  @Test
  void forgetsWhatHasNotBeenAskedForTheLongest() {
    map.put("a", 1);
    map.put("b", 2);
    map.get("a");
    map.put("c", 3);

    assertThat(map.get("a")).hasValue(1);
    assertThat(map.get("b")).isEmpty();
    assertThat(map.get("c")).hasValue(3);
  }
}
