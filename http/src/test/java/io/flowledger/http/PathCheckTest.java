package io.flowledger.http;

import static io.flowledger.http.fixture.Rejections.rejection;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PathCheckTest {

  private static String check(String path) {
    return check(path, path);
  }

  private static String check(String path, String routed) {
    return rejection(() -> PathCheck.check(path, () -> routed));
  }

  @Test
  void pathsThatAreReadInOneWayPass() {
    assertThat(check("/")).isEqualTo("none");
    assertThat(check("/flows/F%C3%A9")).isEqualTo("none");
  }

  @Test
  void whatANormalisedFormWouldMakeARouteOfIsNone() {
    assertThat(check("/flows/")).isEqualTo("404 there is no route /flows/");
    assertThat(check("//flows")).isEqualTo("404 there is no route //flows");
  }

  @Test
  void aPathIsNoneThatIsRoutedAsAnother() {
    assertThat(check("/x/../flows", "/flows")).isEqualTo("404 there is no route /x/../flows");
    assertThat(check("/flows/F/%2e%2E", "/flows/"))
        .isEqualTo("404 there is no route /flows/F/%2e%2E");
    assertThat(check("/./flows", "/flows")).isEqualTo("404 there is no route /./flows");
  }

  @Test
  void escapesOfWhatNeedsNoneSayTheSame() {
    assertThat(check("/%66lows/%46%2d%7E%5f%39", "/flows/F-~_9")).isEqualTo("none");
    assertThat(check("/flows/a%2fb%2E", "/flows/a%2fb.")).isEqualTo("none");
    assertThat(check("/flows/F...", "/flows/F...")).isEqualTo("none");
  }

  @Test
  void escapesMustBeText() {
    assertThat(check("/a%")).isEqualTo("400 the path contains a percent sign that escapes nothing");
    assertThat(check("/a%zz"))
        .isEqualTo("400 the path contains a percent sign that escapes nothing");
    assertThat(check("/a%00")).isEqualTo("400 the path contains a NUL character");
    assertThat(check("/a%ff")).isEqualTo("400 the path contains escapes that are not UTF-8");
  }

  private static String query(String query) {
    return rejection(() -> PathCheck.checkQuery(query));
  }

  @Test
  void parametersMustBeText() {
    assertThat(rejection(() -> PathCheck.checkQuery(null))).isEqualTo("none");
    assertThat(query("")).isEqualTo("none");
    assertThat(query("a=%C3%A9&b=%25&&%20=+")).isEqualTo("none");
    assertThat(query("a=1&tag=%zz"))
        .isEqualTo("400 the parameter tag=%zz contains a percent sign that escapes nothing");
    assertThat(query("a=%e2%82&b=%ac"))
        .isEqualTo("400 the parameter a=%e2%82 contains escapes that are not UTF-8");
    assertThat(query("%ff=1")).startsWith("400 the parameter %ff=1 contains escapes that are not");
    assertThat(query("a=" + "b".repeat(200) + "%"))
        .isEqualTo(
            "400 the parameter a=%s... contains a percent sign that escapes nothing"
                .formatted("b".repeat(98)));
  }
}
