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
    return NameCheck.name(request.pathParam(parameter), "the name of the " + parameter, limits);
  }

  /**
   * Whose task a request is about.
   *
   * @param run as in the path
   * @param task as in the path
   */
  record OfTask(String flowId, Identifier run, String stepName, Identifier task) {
    @Override
    public String toString() {
      return "task " + flowId + "/" + run + "/" + stepName + "/" + task;
    }
  }

  OfTask toTask() {
    return new OfTask(flow(), run(), step(), task());
  }
}
