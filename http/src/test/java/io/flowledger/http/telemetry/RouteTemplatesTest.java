package io.flowledger.http.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTemplatesTest {

  private static final RouteTemplates ROUTES =
      new RouteTemplates(
          List.of(
              "/ping",
              "/flows",
              "/flows/:flow",
              "/flows/:flow/*",
              "/flows/:flow/runs/:run",
              "/flows/:name/runs/:run/steps",
              "/flows/:flow/events",
              "/registry/*",
              "/registry/subjects"));

  @ParameterizedTest
  @CsvSource({
    "/ping, /ping",
    "/flows, /flows",
    "/flows/F, /flows/:flow",
    "/flows/ping, /flows/:flow",
    "/flows/F/runs/7, /flows/:flow/runs/:run",
    "/flows/F/runs/7/steps, /flows/:name/runs/:run/steps",
    "/flows/F/events, /flows/:flow/events",
    // The nearest that there is for what has no other.
    "/flows/F/runs, /flows/:flow/*",
    "/flows/F/runs/7/what, /flows/:flow/*",
    "/flows/F/, /flows/:flow/*",
    "/registry/subjects, /registry/subjects",
    "/registry/subjects/x, /registry/*",
    "/registry/, /registry/*",
  })
  void pathsAreThoseOfTheTemplateThatNamesMostOfThem(String path, String template) {
    assertThat(ROUTES.of(path)).isEqualTo(template);
  }

  @ParameterizedTest
  @CsvSource({
    "/", "/pings", "/pin", "/ping/", "/ping/x", "/PING", "ping", "''", "/flow", "/flows/"
  })
  void othersHaveNone(String path) {
    assertThat(ROUTES.of(path)).isEqualTo(RouteTemplates.NONE);
  }

  @Test
  void withoutTemplatesThereIsNone() {
    assertThat(new RouteTemplates(List.of()).of("/flows")).isEqualTo(RouteTemplates.NONE);
    assertThat(new RouteTemplates(List.of("/")).of("/")).isEqualTo("/");
  }
}
