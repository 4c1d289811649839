package io.flowledger.bench.cluster.client;

import java.util.Map;
import java.util.Optional;

/** A request that can be sent to any node. */
public record Request(
    String method, String path, Optional<String> body, Map<String, String> headers) {

  public static Request get(String path) {
    return new Request("GET", path, Optional.empty(), Map.of());
  }

  public static Request post(String path, String body) {
    return new Request("POST", path, Optional.of(body), Map.of());
  }

  public static Request patch(String path, String body) {
    return new Request("PATCH", path, Optional.of(body), Map.of());
  }

  public Request with(String header, String value) {
    return new Request(method, path, body, Map.of(header, value));
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
