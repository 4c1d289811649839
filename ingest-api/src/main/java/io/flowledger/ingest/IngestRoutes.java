package io.flowledger.ingest;

import io.flowledger.http.RequestBody;
import io.flowledger.http.RequestMemory;
import io.flowledger.http.Routes;
import io.flowledger.http.forward.PartCalls;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.bulk.BulkResult;
import io.flowledger.ingest.bulk.BulkRoutes;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.ingest.log.PendingWrites;
import io.flowledger.ingest.log.Writability;
import io.flowledger.ingest.metaflow.HeartbeatRoutes;
import io.flowledger.ingest.metaflow.LateViews;
import io.flowledger.ingest.metaflow.RecordRoutes;
import io.flowledger.ingest.metaflow.RegistrationRoutes;
import io.flowledger.ingest.metaflow.TagRoutes;
import io.flowledger.ingest.metaflow.WriteAnswers;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.ingest.write.Appender;
import io.flowledger.ingest.write.HeartbeatWrites;
import io.flowledger.ingest.write.Parents;
import io.flowledger.ingest.write.RegistrationProposals;
import io.flowledger.ingest.write.Stamps;
import io.flowledger.projector.readmodel.ReadModel;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The write endpoints: which request goes where. */
public final class IngestRoutes implements Routes {

  private final PendingWrites pending;
  private final BulkRoutes bulk;
  private final List<Routes> routes;
  private final Counter replays;
  private final Counter collisions;
  private final Map<BulkResult, Counter> bulkEntries;

  /**
   * @param memory for all that is held of requests
   * @param metrics that the meters of the endpoints are registered with
   * @param nodes that have views too; empty where there are no others
   */
  public IngestRoutes(
      IngestConfig config,
      RequestMemory memory,
      ReadModel readModel,
      EventLog log,
      Sequences sequences,
      Clock clock,
      MeterRegistry metrics,
      Optional<PartCalls> nodes) {
    IngestMetrics meters = new IngestMetrics(metrics);
    this.replays = meters.idempotentReplays();
    this.collisions = meters.collidedNumbers();
    this.bulkEntries = meters.bulkEntries();
    this.pending = new PendingWrites(config.maxPendingWrites());
    Limits limits = config.body();
    Parents parents = new Parents(readModel);
    RegistrationProposals proposals = new RegistrationProposals(parents);
    Stamps stamps = new Stamps(clock, config.writtenBy());
    Appender appender = new Appender(log, readModel, meters.applyWait());
    LateViews late = new LateViews(appender);
    HeartbeatWrites beats = new HeartbeatWrites(log);
    WriteAnswers answers =
        new WriteAnswers(readModel, appender, sequences, stamps, pending, replays, collisions);
    this.bulk =
        new BulkRoutes(
            new BulkRoutes.Parts(
                limits,
                config.bulk(),
                memory,
                parents,
                proposals,
                sequences,
                stamps,
                beats,
                appender,
                readModel,
                clock,
                pending,
                bulkEntries,
                nodes));
    this.routes =
        List.of(
            new RegistrationRoutes(limits, parents, proposals, answers, late),
            new RecordRoutes(limits, parents, answers, late),
            new HeartbeatRoutes(limits, parents, beats, appender, late, clock),
            new TagRoutes(limits, parents, answers, late),
            new NumberRoutes(limits, sequences),
            bulk);
    meters.pendingWrites(this::pendingWrites);
    Writability writability = log.writability();
    meters.writable(() -> writability.reason().isEmpty() ? 1 : 0);
    meters.failedAppends(writability);
    meters.bulkRequests(this::bulkRequests);
    meters.claims(sequences);
  }

  @Override
  public void mount(Router router) {
    routes.forEach(endpoints -> endpoints.mount(router));
  }

  @Override
  public RequestBody body(HttpMethod method, String path) {
    for (Routes endpoints : routes) {
      RequestBody body = endpoints.body(method, path);
      if (body != RequestBody.WHOLE) {
        return body;
      }
    }
    return RequestBody.WHOLE;
  }

  /** How many entries of bulk requests have come to such an end. */
  public long bulkEntries(BulkResult result) {
    return (long) Objects.requireNonNull(bulkEntries.get(result), "there is one of each").count();
  }

  /** How many numbers could not be used since somebody had used them without claiming them. */
  public long collidedNumbers() {
    return (long) collisions.count();
  }

  /** How many bulk requests are under way. */
  public int bulkRequests() {
    return bulk.underWay();
  }

  /** How many requests were answered as earlier ones under the same idempotency key. */
  public long idempotentReplays() {
    return (long) replays.count();
  }

  /** How many writes wait for their acknowledgement or their view. */
  public int pendingWrites() {
    return pending.count();
  }
}
