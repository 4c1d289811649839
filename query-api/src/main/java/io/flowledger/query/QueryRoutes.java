package io.flowledger.query;

import io.flowledger.projector.readmodel.ReadModel;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Clock;

/** The read endpoints: path and parameters to a read of the view to an answer. */
public final class QueryRoutes {

  private final ScanThreads scans;
  private final ScanThreads logReads;
  private final ObjectRoutes objects;
  private final ListingRoutes listings;
  private final ArtifactRoutes artifacts;
  private final HistoryRoutes history;
  private final EventsRoutes events;
  private final StatusRoutes status;
  private final DiffRoutes diff;
  private final SearchRoutes search;
  private final Tails tails;
  private final AuditRoutes audit;

  public QueryRoutes(Vertx vertx, ReadModel readModel, QueryConfig config, Clock clock) {
    this.scans = new ScanThreads(vertx, config);
    // While the log cannot be read, what needs the views only goes on.
    this.logReads = new ScanThreads(vertx, "log-reads", config);
    Reads reads = new Reads(readModel, logReads, clock);
    this.objects = new ObjectRoutes(reads, config.heartbeatTimeout());
    this.listings = new ListingRoutes(reads, scans, config.pages(), config.heartbeatTimeout());
    this.artifacts = new ArtifactRoutes(reads, scans, config.pages());
    this.status = new StatusRoutes(reads, scans, config.heartbeatTimeout());
    this.diff = new DiffRoutes(reads, logReads);
    this.search = new SearchRoutes(reads, scans, config.pages());
    this.tails = new Tails(vertx, readModel, logReads);
    this.history = new HistoryRoutes(reads, logReads, tails, config.pages());
    this.audit = new AuditRoutes(reads);
    this.events = new EventsRoutes(reads, logReads);
  }

  /** Adds the endpoints to a router. */
  public void mount(Router router) {
    objects.mount(router);
    listings.mount(router);
    artifacts.mount(router);
    history.mount(router);
    events.mount(router);
    status.mount(router);
    diff.mount(router);
    search.mount(router);
    audit.mount(router);
  }

  /** How many listings are being read. */
  public int scansUnderWay() {
    return scans.underWay() + logReads.underWay();
  }

  /** How many clients are being told events as they come. */
  public int openTails() {
    return tails.open();
  }

  /** How many of them have been cut off, since they did not take what they were sent. */
  public long tailsCutOff() {
    return tails.cutOff();
  }
}
