package io.flowledger.query.request;

import io.flowledger.http.access.Access;
import io.flowledger.http.forward.Replica;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.schemas.Identifier;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * A request to read, and what it is answered from.
 *
 * @param request with the names of objects in its path: flow, run, step, task
 * @param readModel the views as they are
 * @param past the view of the flow as it was, where the request asks for that
 * @param clock tells the time that the answer is true at
 */
public record ReadRequest(
    RoutingContext request, ReadModel readModel, Optional<View> past, Clock clock) {

  public static final String FLOW = "/flows/:flow";
  public static final String RUN = FLOW + "/runs/:run";
  public static final String STEP = RUN + "/steps/:step";
  public static final String TASK = STEP + "/tasks/:task";

  public String flowId() {
    return path("flow");
  }

  public String stepName() {
    return path("step");
  }

  /** A part of the path. */
  public String path(String name) {
    return request.pathParam(name);
  }

  /** What the sender may read. */
  public Access access() {
    return Access.of(request);
  }

  public MultiMap parameters() {
    return request.queryParams();
  }

  /** The view that has the flow of the path. */
  public View view() {
    return past.or(() -> Replica.of(request)).orElseGet(() -> readModel.view(partition()));
  }

  /** The partition that has the flow of the path. */
  public int partition() {
    return readModel.partitionOf(flowId());
  }

  /** The view that has a flow. */
  public View view(String flow) {
    return readModel.view(readModel.partitionOf(flow));
  }

  /** The views of some partitions, which are here. */
  public List<View> views(List<Integer> partitions) {
    return partitions.stream().map(readModel::view).toList();
  }

  /** The run of the path. */
  public Optional<RunRow> run(View view) {
    return view.run(flowId(), Identifier.parse(path("run")));
  }

  /**
   * The run of the path.
   *
   * @throws RefusedException 404 when there is none
   */
  public RunRow existingRun(View view) {
    return run(view).orElseThrow(() -> RefusedException.notRegistered("run " + runPath()));
  }

  /** The task of the path. */
  public Optional<TaskRow> task(View view, RunRow run) {
    return view.task(run, stepName(), Identifier.parse(path("task")));
  }

  /**
   * The task of the path.
   *
   * @throws RefusedException 404 when there is none
   */
  public TaskRow existingTask(View view, RunRow run) {
    return task(view, run).orElseThrow(() -> RefusedException.notRegistered("task " + taskPath()));
  }

  /** The refusal of a step of the path that is not there. */
  public RefusedException unknownStep() {
    return RefusedException.notRegistered("step " + stepPath());
  }

  /** The task of the path, as it names it, there or not. */
  public String taskPath() {
    return stepPath() + "/" + path("task");
  }

  private String stepPath() {
    return runPath() + "/" + stepName();
  }

  private String runPath() {
    return flowId() + "/" + path("run");
  }
}
