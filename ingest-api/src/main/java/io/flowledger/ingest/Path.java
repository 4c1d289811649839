package io.flowledger.ingest;

import io.flowledger.schemas.Identifier;
import io.vertx.ext.web.RoutingContext;

/** The names in the path of a request, decoded and checked. */
record Path(RoutingContext request, IngestConfig limits) {

  String flow() {
    return name("flow");
  }

  Identifier run() {
    return Identifier.parse(name("run"));
  }

  String step() {
    return name("step");
  }

  Identifier task() {
    return Identifier.parse(name("task"));
  }

  private String name(String parameter) {
    String name = request.pathParam(parameter);
    if (name.codePointCount(0, name.length()) > limits.maxNameLength()) {
      throw Rejection.badRequest(
          "the name of the %s is longer than %d characters"
              .formatted(parameter, limits.maxNameLength()));
    }
    JsonInput.checkCharacters(name, "the name of the " + parameter);
    return name;
  }
}
