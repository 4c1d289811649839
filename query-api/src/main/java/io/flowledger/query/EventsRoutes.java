package io.flowledger.query;

import io.flowledger.event.Heartbeat;
import io.flowledger.projector.readmodel.IndexedEvent;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.Sink;
import io.flowledger.projector.readmodel.Verdict;
import io.flowledger.projector.readmodel.View;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.Position;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The endpoint that tells the log itself: {@code GET /events}, partition after partition, in the
 * order of the log, as lines of JSON or as an Avro file. Parameters: {@code flow}, {@code from} and
 * {@code to} (moments, both included), {@code heartbeats=true} for the latest heartbeats of what is
 * registered, and the filters of histories.
 */
final class EventsRoutes {

  private static final String AVRO = "avro";
  private static final long MILLIS = 1000;

  private final Reads reads;
  private final ListAnswer listAnswer;

  EventsRoutes(Reads reads, ScanThreads scans) {
    this.reads = reads;
    this.listAnswer = new ListAnswer(scans);
  }

  /** Adds the endpoint to a router. */
  void mount(Router router) {
    reads.getLive(router, "/events", this::events);
  }

  private void events(Read read) {
    ReadModel readModel = read.readModel();
    MultiMap parameters = read.parameters();
    Optional<String> flow = Optional.ofNullable(parameters.get("flow"));
    Filters<HistoryEvent> filters = HistoryFilters.of(parameters);
    int partition = flow.map(readModel::partitionOf).orElse(0);
    Period period = Period.of(parameters, partition, flow.isPresent() ? 1 : readModel.partitions());
    boolean beats = Boolean.parseBoolean(parameters.get("heartbeats"));
    Function<HistoryEvent, LogRow> row =
        event ->
            new LogRow.Event(event, beats ? beats(readModel, event, period.lastTime()) : List.of());

    Listing.Source<LogRow, Position> source =
        flow.isPresent()
            ? ofFlow(readModel, flow.get(), period, HistoryFilters.onIndex(parameters), row)
            : WholeLog.of(readModel, row);
    Predicate<LogRow> shown =
        found ->
            found instanceof LogRow.Event event
                ? filters.matches(event.event()) && isIn(period, event.event())
                : filters.isEmpty() && period.isAll();
    boolean avro = isAvro(read);
    listAnswer.whole(
        read.request(),
        avro ? ListFormat.AVRO : ListFormat.LINES,
        new Listing<>(
            source, LogRow::position, shown, avro ? new AvroFile() : EventsRoutes::renderLines));
  }

  private static Listing.Source<LogRow, Position> ofFlow(
      ReadModel readModel,
      String flowId,
      Period period,
      Predicate<IndexedEvent> indexed,
      Function<HistoryEvent, LogRow> row) {
    int partition = readModel.partitionOf(flowId);
    if (readModel.view(partition).flow(flowId).isEmpty()) {
      throw Invalid.unknown("flow " + flowId);
    }
    History history =
        new History(
            readModel,
            partition,
            HistoryScope.ofFlow(flowId),
            indexed.and(event -> period.holds(event.offset(), event.tsEpoch())));
    return (after, visitor) ->
        history.scan(after.map(Position::offset), event -> visitor.visit(row.apply(event)));
  }

  private static boolean isIn(Period period, HistoryEvent event) {
    return period.holds(event.logged().offset(), event.envelope().tsEpoch());
  }

  /** The latest heartbeats of what the event has registered, no later than the end of a period. */
  private static List<Heartbeat> beats(
      ReadModel readModel, HistoryEvent event, OptionalLong lastTime) {
    Envelope of = event.envelope();
    boolean isTask = of.kind() == Envelope.Kind.TASK;
    if (!(isTask || of.kind() == Envelope.Kind.RUN) || !event.verdict().equals(Verdict.APPLIED)) {
      return List.of();
    }
    View view = readModel.view(event.partition());
    OptionalLong task = isTask ? OptionalLong.of(of.taskId()) : OptionalLong.empty();
    OptionalLong seconds = view.beats(of.runNumber(), task);
    if (seconds.isEmpty()) {
      return List.of();
    }
    long millis = Math.min(seconds.getAsLong() * MILLIS, lastTime.orElse(Long.MAX_VALUE));
    return List.of(new Heartbeat(of.flowId(), of.runNumber(), isTask ? of.taskId() : null, millis));
  }

  private static void renderLines(LogRow row, Sink sink) {
    row.lines().forEach(line -> sink.write(line.json().raw("\n").toBytes()));
  }

  private static boolean isAvro(Read read) {
    String accept = read.request().request().getHeader(HttpHeaders.ACCEPT);
    return accept != null && accept.contains(AVRO);
  }
}
