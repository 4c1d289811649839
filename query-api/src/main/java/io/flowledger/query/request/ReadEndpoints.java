package io.flowledger.query.request;

import io.flowledger.http.Requests;
import io.flowledger.http.forward.Replica;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Promises;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.schemas.Position;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Mounts read endpoints. All wait for the position that a request asks for, and for what clients of
 * this process were told of before it could be read. Those of a flow answer as they would have at
 * an earlier moment.
 */
public final class ReadEndpoints {

  private static final String FLOW = "flow";

  private final ReadModel readModel;
  private final MomentReads moments;
  private final Clock clock;

  public ReadEndpoints(ReadModel readModel, MomentReads moments, Clock clock) {
    this.readModel = readModel;
    this.moments = moments;
    this.clock = clock;
  }

  /** Adds an endpoint of a flow, or of what is in one, to a router. */
  public void get(Router router, String path, Consumer<ReadRequest> endpoint) {
    getLive(router, path, read -> asOf(read, endpoint));
  }

  /**
   * Adds an endpoint of a flow that shows nothing that ever changes: as of a moment it answers as
   * it does now, or that the flow is not there yet.
   */
  public void getConstant(Router router, String path, Consumer<ReadRequest> endpoint) {
    getLive(router, path, read -> ifExisted(read, endpoint));
  }

  /**
   * Adds an endpoint of all flows. Nothing of a flow ever changes: as of a moment only those are
   * missing that came later.
   *
   * @param endpoint is given which flows were there
   */
  public void getFlows(
      Router router, String path, BiConsumer<ReadRequest, Predicate<FlowRow>> endpoint) {
    getLive(router, path, read -> whichExisted(read, endpoint));
  }

  /** Adds an endpoint that sees to {@code as_of} by itself. */
  public void getLive(Router router, String path, Consumer<ReadRequest> endpoint) {
    get(router, path, request -> Optional.ofNullable(request.pathParam(FLOW)), endpoint);
  }

  /** The same for an endpoint of all flows, or of the one that the parameter {@code flow} names. */
  public void getAll(Router router, String path, Consumer<ReadRequest> endpoint) {
    get(router, path, request -> Optional.ofNullable(request.queryParams().get(FLOW)), endpoint);
  }

  /**
   * @param flow the only one whose partition is read; empty where all are
   */
  private void get(
      Router router,
      String path,
      Function<RoutingContext, Optional<String>> flow,
      Consumer<ReadRequest> endpoint) {
    router
        .route(path)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(request -> whenReadable(request, flow.apply(request), endpoint));
  }

  /** Waits for the position that the request asks for, and those that were promised. */
  private void whenReadable(
      RoutingContext request, Optional<String> flow, Consumer<ReadRequest> endpoint) {
    ReadRequest read = new ReadRequest(request, readModel, Optional.empty(), clock);
    Optional<Position> least = minPosition(request);
    List<Position> promised = promised(flow);
    if (least.isEmpty() && promised.isEmpty()) {
      begin(read, endpoint);
      return;
    }
    Future<Void> asked =
        least.map(position -> moments.comes(request, position)).orElseGet(Future::succeededFuture);
    goOn(read, asked.compose(come -> moments.kept(promised)), readable -> begin(read, endpoint));
  }

  /** Who does not insist on the owner is told how far the view is that answers. */
  private static void begin(ReadRequest read, Consumer<ReadRequest> endpoint) {
    RoutingContext request = read.request();
    if (Replica.isWelcome(request) && request.pathParam(FLOW) != null) {
      long offset = read.view().head().offset();
      if (offset >= 0) {
        String position = Position.event(read.partition(), offset).toString();
        request.response().putHeader(Requests.POSITION, position);
      }
    }
    endpoint.accept(read);
  }

  private List<Position> promised(Optional<String> flow) {
    Promises promises = readModel.promises();
    if (promises.none()) {
      return List.of();
    }
    return flow.map(readModel::partitionOf).map(promises::of).orElseGet(promises::all);
  }

  private Optional<Position> minPosition(RoutingContext request) {
    String text = request.request().getHeader(Replica.MIN_POSITION);
    if (text == null) {
      return Optional.empty();
    }
    Position position =
        Position.parse(text)
            .orElseThrow(
                () ->
                    RefusedException.malformed(
                        Replica.MIN_POSITION + " is no position: '" + text + "'"));
    moments.checkPartition(position);
    return Optional.of(position);
  }

  /**
   * Goes on when the view has come to positions of its events that the request is about; answers
   * 400 when one is not in the log, 503 when that takes too long.
   */
  public void whenPassed(ReadRequest read, List<Position> positions, Runnable next) {
    positions.forEach(moments::checkPartition);
    if (positions.stream().allMatch(moments::isPassed)) {
      next.run();
    } else {
      goOn(read, moments.passed(read.request(), positions), passed -> next.run());
    }
  }

  /** The same as soon as it is known that positions are in the log, wherever the views are. */
  public void whenThere(ReadRequest read, List<Position> positions, Runnable next) {
    positions.forEach(moments::checkPartition);
    if (positions.stream().allMatch(moments::isPassed)) {
      next.run();
    } else {
      goOn(read, moments.there(read.request(), positions), there -> next.run());
    }
  }

  private void asOf(ReadRequest read, Consumer<ReadRequest> endpoint) {
    Optional<Moment> moment = Moment.asOf(read.parameters());
    if (moment.isEmpty()) {
      endpoint.accept(read);
      return;
    }
    goOn(
        read,
        moments.read(
            read.request(), moment.get(), read.flowId(), () -> PastRead.open(read, moment.get())),
        past -> past.answer(endpoint));
  }

  private void ifExisted(ReadRequest read, Consumer<ReadRequest> endpoint) {
    Optional<Moment> moment = Moment.asOf(read.parameters());
    if (moment.isEmpty()) {
      endpoint.accept(read);
      return;
    }
    String flowId = read.flowId();
    goOn(
        read,
        moments.read(
            read.request(),
            moment.get(),
            flowId,
            () -> MomentInLog.existed(moment.get(), readModel, flowId)),
        existed -> {
          if (!existed) {
            throw RefusedException.notRegistered("flow " + flowId);
          }
          endpoint.accept(read);
        });
  }

  private void whichExisted(
      ReadRequest read, BiConsumer<ReadRequest, Predicate<FlowRow>> endpoint) {
    Optional<Moment> moment = Moment.asOf(read.parameters());
    if (moment.isEmpty()) {
      endpoint.accept(read, flow -> true);
      return;
    }
    goOn(
        read,
        moments.read(
            read.request(), moment.get(), () -> MomentInLog.existed(moment.get(), readModel)),
        existed -> endpoint.accept(read, existed));
  }

  /** Goes on with what has been found, or else answers why it cannot be. */
  private static <T> void goOn(ReadRequest read, Future<T> found, Consumer<T> next) {
    found
        .compose(
            result -> {
              next.accept(result);
              return Future.succeededFuture();
            })
        .onFailure(read.request()::fail);
  }
}
