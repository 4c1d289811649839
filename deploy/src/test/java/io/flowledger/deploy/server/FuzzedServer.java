package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.deploy.fixture.Api;

/** A server before and after many requests of strangers. */
final class FuzzedServer {

  private FuzzedServer() {}

  /** Makes what {@link MountedRoutes} names. */
  static void populate(Api api) {
    api.created("/flows/F", "{}");
    api.created("/flows/F/run", "{}");
    api.created("/flows/F/runs/1/steps/start/step", "{}");
    api.created("/flows/F/runs/1/steps/start/task", "{}");
    String task = "/flows/F/runs/1/steps/start/tasks/1";
    api.created(task + "/metadata", "[{\"field_name\": \"f\", \"value\": \"a\"}]");
    api.created(task + "/artifact", "[{\"name\": \"x\", \"location\": \"s3://x\"}]");
  }

  /** It answers, takes writes, and holds nothing of what has been. */
  static void isWell(Api api) {
    assertThat(api.get("/healthcheck").body()).isEqualTo("{\"status\": \"UP\"}");
    api.created("/flows/F/run", "{}");
    await()
        .untilAsserted(
            () ->
                assertThat(api.get("/metrics").body())
                    .contains("\nflowledger_requests_held_bytes 0.0\n"));
  }
}
