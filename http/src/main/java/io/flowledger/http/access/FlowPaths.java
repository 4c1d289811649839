package io.flowledger.http.access;

import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The endpoints that are about one flow, or may be, and which one it is. */
public final class FlowPaths {

  private static final String PARAMETER = "flow";

  /** A flow, and all that is in it. */
  public static final List<String> OF_PATH =
      List.of("/flows/:" + PARAMETER, "/flows/:" + PARAMETER + "/*");

  /** Endpoints of all flows, or of the one that a parameter names. */
  public static final List<String> OF_PARAMETER = List.of("/search", "/events");

  private FlowPaths() {}

  static List<String> all() {
    return Stream.of(OF_PATH, OF_PARAMETER).flatMap(List::stream).toList();
  }

  /**
   * The flow that a request is about, and no other; empty where it is about all. Asked by a handler
   * of one of these paths.
   */
  public static Optional<String> flow(RoutingContext request) {
    String inPath = request.pathParam(PARAMETER);
    return Optional.ofNullable(inPath == null ? request.queryParams().get(PARAMETER) : inPath);
  }
}
