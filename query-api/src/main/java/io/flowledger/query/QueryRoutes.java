package io.flowledger.query;

import io.flowledger.http.Routes;
import io.flowledger.projector.readmodel.ReadModel;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.List;

/** The read endpoints: path and parameters to a read of the view to an answer. */
public final class QueryRoutes implements Routes {

  private final ScanThreads scans;
  private final ScanThreads logReads;
  private final Tails tails;
  private final List<Routes> routes;

  public QueryRoutes(
      Vertx vertx, ReadModel readModel, QueryConfig config, Clock clock, MeterRegistry metrics) {
    this.scans = threads(vertx, "scans", config);
    // While the log cannot be read, what needs the views only goes on.
    this.logReads = threads(vertx, "log-reads", config);
    this.tails = new Tails(vertx, readModel, logReads);
    MomentReads moments = new MomentReads(vertx, readModel, logReads);
    this.routes = routes(new Reads(readModel, moments, clock), moments, config);
    QueryMetrics.register(this, metrics);
  }

  /** Endpoints that are not measured. */
  QueryRoutes(Vertx vertx, ReadModel readModel, QueryConfig config, Clock clock) {
    this(vertx, readModel, config, clock, new CompositeMeterRegistry());
  }

  private static ScanThreads threads(Vertx vertx, String name, QueryConfig config) {
    return new ScanThreads(vertx, name, config.scanThreads(), config.maxScans());
  }

  /** In the order that requests are held against them: what is asked for most comes first. */
  private List<Routes> routes(Reads reads, MomentReads moments, QueryConfig config) {
    return List.of(
        new ObjectRoutes(reads, config.heartbeatTimeout()),
        new ListingRoutes(reads, scans, config.pages(), config.heartbeatTimeout()),
        new ArtifactRoutes(reads, scans, config.pages()),
        new HistoryRoutes(reads, logReads, tails, config.pages()),
        new EventsRoutes(reads, logReads),
        new StatusRoutes(reads, scans, config.heartbeatTimeout()),
        new DiffRoutes(reads, moments),
        new SearchRoutes(reads, scans, config.pages()),
        new AuditRoutes(reads));
  }

  /** Adds the endpoints to a router. */
  @Override
  public void mount(Router router) {
    routes.forEach(endpoints -> endpoints.mount(router));
  }

  /** How many listings are being read. */
  int scansUnderWay() {
    return scans.underWay() + logReads.underWay();
  }

  /** How many clients are being told events as they come. */
  int openTails() {
    return tails.open();
  }

  /** How many of them have been cut off, since they did not take what they were sent. */
  long tailsCutOff() {
    return tails.cutOff();
  }
}
