package io.flowledger.query.request;

import static io.flowledger.http.fixture.Rejections.rejection;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PagingTest {

  private static final PageLimits LIMITS = PageLimits.defaults();

  private static Optional<Paging> of(MultiMap parameters) {
    return Paging.of(parameters, false, LIMITS);
  }

  private static MultiMap parameters() {
    return MultiMap.caseInsensitiveMultiMap();
  }

  private static Optional<Paging> page(int limit) {
    return Optional.of(new Paging(limit, Optional.empty()));
  }

  @Test
  void aRequestThatAsksForNoPageGetsEverything() {
    assertThat(of(parameters())).isEmpty();
    assertThat(of(parameters().add("nonsense", "1"))).isEmpty();
  }

  @Test
  void limitCursorAndFilterEachAskForAPage() {
    assertThat(of(parameters().add("_limit", "7"))).isEqualTo(page(7));
    assertThat(of(parameters().add("_cursor", "abc"))).hasValue(new Paging(50, Optional.of("abc")));
    assertThat(Paging.of(parameters(), true, LIMITS)).isEqualTo(page(50));
  }

  @Test
  void emptyParametersAskForTheFirstPage() {
    assertThat(of(parameters().add("_limit", ""))).isEqualTo(page(50));
    assertThat(of(parameters().add("_cursor", ""))).isEqualTo(page(50));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "500, 500",
    "501, 500",
    "2147483647, 500",
    "' 2', 2",
    "'2 ', 2",
    "+3, 3"
  })
  void takesIntegersAndCutsThemAtTheLargestPage(String limit, int rows) {
    assertThat(of(parameters().add("_limit", limit))).isEqualTo(page(rows));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "abc", "1.5", "1e3", " ", "0x10", "1,2"})
  void refusesWhatIsNoNumberOfRows(String limit) {
    assertThat(rejection(() -> of(parameters().add("_limit", limit))))
        .isEqualTo("400 _limit must be an integer of at least 0, not '" + limit + "'");
  }

  @Test
  void aNumberBeyond32BitsIsCutToo() {
    assertThat(of(parameters().add("_limit", "99999999999"))).isEqualTo(page(500));
  }

  @Test
  void firstOfTwoLimitsCounts() {
    assertThat(of(parameters().add("_limit", "2").add("_limit", "1"))).isEqualTo(page(2));
  }
}
