package io.flowledger.query;

import io.flowledger.projector.readmodel.ReadModel;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.time.Clock;

/** The read endpoints: path and parameters to a read of the view to an answer. */
public final class QueryRoutes {

  private final ScanThreads scans;
  private final MetaflowRoutes metaflow;
  private final HistoryRoutes history;
  private final AuditRoutes audit;

  public QueryRoutes(Vertx vertx, ReadModel readModel, QueryConfig config, Clock clock) {
    this.scans = new ScanThreads(vertx, config);
    Reads reads = new Reads(readModel, clock);
    this.metaflow = new MetaflowRoutes(reads, scans, config);
    this.history = new HistoryRoutes(reads, scans, config);
    this.audit = new AuditRoutes(reads);
  }

  /** Adds the endpoints to a router. */
  public void mount(Router router) {
    metaflow.mount(router);
    history.mount(router);
    audit.mount(router);
  }

  /** How many listings are being read. */
  public int scansUnderWay() {
    return scans.underWay();
  }
}
