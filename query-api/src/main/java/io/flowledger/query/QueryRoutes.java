package io.flowledger.query;

import io.flowledger.http.Routes;
import io.flowledger.http.forward.OtherNodes;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.query.answer.GlobalListAnswer;
import io.flowledger.query.answer.ListAnswer;
import io.flowledger.query.diff.DiffRoutes;
import io.flowledger.query.history.HistoryRoutes;
import io.flowledger.query.history.Tails;
import io.flowledger.query.log.AuditHeadRoutes;
import io.flowledger.query.log.LogRoutes;
import io.flowledger.query.metaflow.ArtifactRoutes;
import io.flowledger.query.metaflow.ListingRoutes;
import io.flowledger.query.metaflow.ObjectRoutes;
import io.flowledger.query.request.EndedReads;
import io.flowledger.query.request.MomentReads;
import io.flowledger.query.request.ReadEndpoints;
import io.flowledger.query.request.ReadThreads;
import io.flowledger.query.search.SearchRoutes;
import io.flowledger.query.status.StatusRoutes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The read endpoints: path and parameters to a read of the view to an answer. */
public final class QueryRoutes implements Routes {

  private final ReadThreads scans;
  private final ReadThreads searches;
  private final ReadThreads logReads;
  private final ReadThreads logSearches;
  private final ReadThreads merges;
  private final Optional<OtherNodes> others;
  private final EndedReads ended = new EndedReads();
  private final Tails tails;
  private final List<Routes> routes;

  /**
   * @param others that have a part of what is asked for; empty where there are none
   */
  public QueryRoutes(
      Vertx vertx,
      ReadModel readModel,
      Optional<OtherNodes> others,
      QueryConfig config,
      Clock clock,
      MeterRegistry metrics) {
    this.others = others;
    this.scans = threads(vertx, "scans", config);
    // However long others search, what is only listed goes on.
    this.searches = threads(vertx, "searches", config);
    // While the log cannot be read, what needs the views only goes on.
    this.logReads = threads(vertx, "log-reads", config);
    this.logSearches = threads(vertx, "log-searches", config);
    // These wait for other nodes, which must not wait for them.
    this.merges = threads(vertx, "merges", config);
    this.tails = new Tails(vertx, readModel, logReads);
    MomentReads moments = new MomentReads(vertx, readModel, logReads);
    this.routes = routes(new ReadEndpoints(readModel, moments, clock), moments, config);
    QueryMetrics.register(this, metrics);
  }

  /** Endpoints that are not measured. */
  public QueryRoutes(Vertx vertx, ReadModel readModel, QueryConfig config, Clock clock) {
    this(vertx, readModel, Optional.empty(), config, clock, new CompositeMeterRegistry());
  }

  private ReadThreads threads(Vertx vertx, String name, QueryConfig config) {
    return new ReadThreads(
        vertx, name, config.scanThreads(), config.maxScans(), config.requestDeadline(), ended);
  }

  /** In the order that requests are held against them: what is asked for most comes first. */
  private List<Routes> routes(ReadEndpoints reads, MomentReads moments, QueryConfig config) {
    return List.of(
        new ObjectRoutes(reads, config.heartbeatTimeout()),
        new ArtifactRoutes(reads, scans, config.pages()),
        new ListingRoutes(
            reads,
            scans,
            searches,
            global(scans, config),
            config.pages(),
            config.heartbeatTimeout()),
        new HistoryRoutes(reads, logReads, logSearches, tails, config.pages()),
        new LogRoutes(
            reads, logReads, logSearches, global(logReads, config), global(logSearches, config)),
        new StatusRoutes(reads, scans, config.heartbeatTimeout()),
        new DiffRoutes(reads, moments),
        new SearchRoutes(reads, global(searches, config), config.pages()),
        new AuditHeadRoutes(reads, global(scans, config)));
  }

  private GlobalListAnswer global(ReadThreads own, QueryConfig config) {
    return new GlobalListAnswer(
        new ListAnswer(own),
        ListAnswer.inOneGo(merges),
        others,
        config.requestDeadline().toMillis());
  }

  /** Adds the endpoints to a router. */
  @Override
  public void mount(Router router) {
    routes.forEach(endpoints -> endpoints.mount(router));
  }

  /** How many listings are being read. */
  public int scansUnderWay() {
    return Stream.of(scans, searches, logReads, logSearches, merges)
        .mapToInt(ReadThreads::underWay)
        .sum();
  }

  /** How many bytes of listings their clients have not taken yet. */
  public long unsentBytes() {
    return Stream.of(scans, searches, logReads, logSearches)
        .mapToLong(ReadThreads::unsentBytes)
        .sum();
  }

  /** Reads that were ended before they were done. */
  public EndedReads endedReads() {
    return ended;
  }

  /** How many clients are being told events as they come. */
  public int openTails() {
    return tails.open();
  }

  /** How many of them have been cut off, since they did not take what they were sent. */
  public long tailsCutOff() {
    return tails.cutOff();
  }

  /** How many bytes of events are held for clients that have not taken them yet. */
  public long unsentTailBytes() {
    return tails.unsentBytes();
  }
}
