package io.flowledger.query.log;

import io.flowledger.event.Heartbeat;
import io.flowledger.http.Routes;
import io.flowledger.http.access.Access;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.projector.text.Sink;
import io.flowledger.query.answer.GlobalListAnswer;
import io.flowledger.query.answer.ListAnswer;
import io.flowledger.query.answer.ListFormat;
import io.flowledger.query.answer.Listing;
import io.flowledger.query.event.EventHistory;
import io.flowledger.query.event.HistoryEvent;
import io.flowledger.query.event.HistoryFilters;
import io.flowledger.query.event.HistoryScope;
import io.flowledger.query.filter.Filters;
import io.flowledger.query.request.ReadEndpoints;
import io.flowledger.query.request.ReadRequest;
import io.flowledger.query.request.ReadThreads;
import io.flowledger.schemas.Position;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The endpoint that tells the log itself: {@code GET /events}, partition after partition, in the
 * order of the log, as lines of JSON or as an Avro file. Parameters: {@code flow}, {@code from} and
 * {@code to} (moments, both included), {@code heartbeats=true} for the latest heartbeats of what is
 * registered, and the filters of histories.
 */
public final class LogRoutes implements Routes {

  private static final String AVRO = "avro";
  private static final GlobalListAnswer.Order<Position> ORDER =
      new GlobalListAnswer.Order<>(
          Comparator.comparingInt(Position::partition).thenComparingLong(Position::offset),
          LogRoutes::parse,
          Position::toString);

  private final ReadEndpoints reads;
  private final ListAnswer listAnswer;
  private final ListAnswer searchAnswer; // where records may be passed over
  private final GlobalListAnswer globalAnswer;
  private final GlobalListAnswer globalSearchAnswer;

  public LogRoutes(
      ReadEndpoints reads,
      ReadThreads scans,
      ReadThreads searches,
      GlobalListAnswer globalAnswer,
      GlobalListAnswer globalSearchAnswer) {
    this.reads = reads;
    this.globalAnswer = globalAnswer;
    this.globalSearchAnswer = globalSearchAnswer;
    this.listAnswer = new ListAnswer(scans);
    this.searchAnswer = new ListAnswer(searches);
  }

  @Override
  public void mount(Router router) {
    reads.getAll(router, "/events", this::events);
  }

  private void events(ReadRequest read) {
    ReadModel readModel = read.readModel();
    MultiMap parameters = read.parameters();
    Optional<String> flow = Optional.ofNullable(parameters.get("flow"));
    Filters<HistoryEvent> filters = HistoryFilters.of(parameters);
    Period period = Period.of(parameters);
    flow.map(readModel::partitionOf).ifPresent(period::requireIn);
    Runnable events = () -> events(read, flow, filters, period);
    if (flow.isPresent() || readModel.partitions() == 1) {
      reads.whenPassed(read, period.positions(), events);
      return;
    }
    reads.whenThere(
        read,
        period.positions(),
        () -> {
          period.requireTimes();
          events.run();
        });
  }

  private void events(
      ReadRequest read, Optional<String> flow, Filters<HistoryEvent> filters, Period period) {
    ReadModel readModel = read.readModel();
    MultiMap parameters = read.parameters();
    Optional<LatestHeartbeats> beats =
        Optional.of(new LatestHeartbeats(readModel, period))
            .filter(asked -> Boolean.parseBoolean(parameters.get("heartbeats")));
    Function<HistoryEvent, LogRow> row = event -> row(event, period, beats);

    Predicate<LogRow> wanted =
        found -> {
          if (found instanceof LogRow.Event event) {
            return filters.matches(event.event());
          }
          return found instanceof LogRow.Beats late
              ? filters.isEmpty() && !late.beats().isEmpty()
              : filters.isEmpty() && period.isAll();
        };
    Access access = read.access();
    Predicate<LogRow> shown =
        access.readsAll()
            ? wanted
            : found -> found.flowId().filter(access::reads).isPresent() && wanted.test(found);
    boolean avro = isAvro(read);
    boolean searches = !filters.isEmpty() || !period.isAll() || !access.readsAll();
    ListFormat format = avro ? ListFormat.AVRO : ListFormat.LINES;
    Function<Listing.Source<LogRow, Position>, Listing<LogRow, Position>> listing =
        source ->
            new Listing<>(
                source, LogRow::position, shown, avro ? new AvroFile() : LogRoutes::renderLines);
    if (flow.isPresent()) {
      Predicate<IndexedEvent> indexed =
          HistoryFilters.onIndex(parameters)
              .and(
                  event ->
                      period.holds(event.offset(), event.tsEpoch())
                          || (beats.isPresent() && LatestHeartbeats.mayBeOf(event.kind())));
      (searches ? searchAnswer : listAnswer)
          .whole(
              read.request(), format, listing.apply(ofFlow(readModel, flow.get(), indexed, row)));
    } else {
      (searches ? globalSearchAnswer : globalAnswer)
          .inPartitions(
              read,
              format,
              partitions -> listing.apply(WholeLog.of(readModel, partitions, row)),
              ORDER,
              avro ? Optional.of(AvroFile.form()) : Optional.empty(),
              () -> before(ends(readModel)));
    }
  }

  /** Where each partition ends now. Blocks. */
  private static List<Long> ends(ReadModel readModel) {
    return IntStream.range(0, readModel.partitions())
        .mapToObj(partition -> readModel.end(Position.Log.EVENTS, partition))
        .toList();
  }

  private static Predicate<Position> before(List<Long> ends) {
    return position -> position.offset() < ends.get(position.partition());
  }

  private static Position parse(String text) {
    return Position.parse(text)
        .orElseThrow(() -> RefusedException.malformed("'" + text + "' is no position"));
  }

  private static Listing.Source<LogRow, Position> ofFlow(
      ReadModel readModel,
      String flowId,
      Predicate<IndexedEvent> wanted,
      Function<HistoryEvent, LogRow> row) {
    int partition = readModel.partitionOf(flowId);
    if (readModel.view(partition).flow(flowId).isEmpty()) {
      throw RefusedException.notRegistered("flow " + flowId);
    }
    EventHistory history =
        new EventHistory(readModel, partition, HistoryScope.ofFlow(flowId), wanted);
    return (after, visitor) ->
        history.scan(after.map(Position::offset), event -> visitor.visit(row.apply(event)));
  }

  /** What is before the period has nothing in it but heartbeats. */
  private static LogRow row(HistoryEvent event, Period period, Optional<LatestHeartbeats> beats) {
    boolean in = period.holds(event.logged().offset(), event.envelope().tsEpoch());
    List<Heartbeat> of = beats.map(latest -> latest.of(event)).orElse(List.of());
    return in ? new LogRow.Event(event, of) : new LogRow.Beats(event.position(), of);
  }

  private static void renderLines(LogRow row, Sink sink) {
    row.lines().forEach(line -> sink.write(line.json().raw("\n").toBytes()));
  }

  private static boolean isAvro(ReadRequest read) {
    String accept = read.request().request().getHeader(HttpHeaders.ACCEPT);
    return accept != null && accept.contains(AVRO);
  }
}
