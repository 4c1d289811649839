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
}
