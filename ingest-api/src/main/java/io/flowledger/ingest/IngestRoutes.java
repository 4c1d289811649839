package io.flowledger.ingest;

import io.flowledger.http.RequestBody;
import io.flowledger.http.Routes;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.bulk.BulkResult;
import io.flowledger.ingest.bulk.BulkRoutes;
import io.flowledger.ingest.log.EventLog;
import io.flowledger.ingest.log.PendingWrites;
import io.flowledger.ingest.metaflow.HeartbeatRoutes;
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
import java.util.Map;
import java.util.Objects;

/** The write endpoints: which request goes where. */
public final class IngestRoutes implements Routes {

  private static final String BULK = "/events";
  private static final String RUN = "/flows/:flow/runs/:run";
  private static final String STEP = RUN + "/steps/:step";
  private static final String TASK = STEP + "/tasks/:task";

  private final PendingWrites pending;
  private final RegistrationRoutes registrations;
  private final RecordRoutes records;
  private final TagRoutes tags;
  private final HeartbeatRoutes heartbeats;
  private final NumberRoutes ranges;
  private final BulkRoutes bulk;
  private final Counter replays;
  private final Counter collisions;
  private final Map<BulkResult, Counter> bulkEntries;

  /**
   * @param metrics that the meters of the endpoints are registered with
   */
  public IngestRoutes(
      IngestConfig config,
      ReadModel readModel,
      EventLog log,
      Sequences sequences,
      Clock clock,
      MeterRegistry metrics) {
    IngestMetrics meters = new IngestMetrics(metrics);
    this.replays = meters.idempotentReplays();
    this.collisions = meters.collidedNumbers();
    this.bulkEntries = meters.bulkEntries();
    this.pending = new PendingWrites(config.maxPendingWrites());
    Limits limits = config.body();
    Parents parents = new Parents(readModel);
    RegistrationProposals proposals = new RegistrationProposals(parents);
    Stamps stamps = new Stamps(clock, config.writtenBy());
    Appender appender = new Appender(log, readModel);
    HeartbeatWrites beats = new HeartbeatWrites(log);
    WriteAnswers writer =
        new WriteAnswers(readModel, appender, sequences, stamps, pending, replays, collisions);
    this.registrations = new RegistrationRoutes(limits, parents, proposals, writer);
    this.records = new RecordRoutes(limits, parents, writer);
    this.tags = new TagRoutes(limits, parents, writer);
    this.heartbeats = new HeartbeatRoutes(limits, parents, beats, appender, clock);
    this.ranges = new NumberRoutes(limits, sequences);
    this.bulk =
        new BulkRoutes(
            new BulkRoutes.Parts(
                limits,
                config.bulk(),
                parents,
                proposals,
                sequences,
                stamps,
                beats,
                appender,
                readModel,
                clock,
                pending,
                bulkEntries));
    meters.pendingWrites(this::pendingWrites);
    meters.bulkRequests(this::bulkRequests);
  }

  @Override
  public void mount(Router router) {
    router.post(STEP + "/task").handler(registrations::task);
    router.post(TASK + "/metadata").handler(records::metadata);
    router.post(TASK + "/artifact").handler(records::artifacts);
    router.post(TASK + "/heartbeat").handler(heartbeats::task);
    router.post(RUN + "/heartbeat").handler(heartbeats::run);
    router.post(STEP + "/step").handler(registrations::step);
    router.post("/flows/:flow/run").handler(registrations::run);
    router.patch(RUN + "/tag/mutate").handler(tags::mutate);
    router.post("/flows/:flow").handler(registrations::flow);
    router.post("/flowledger/numbers").handler(ranges::claim);
    router.post(BULK).handler(bulk::post);
  }

  @Override
  public RequestBody body(HttpMethod method, String path) {
    boolean isBulk = method.equals(HttpMethod.POST) && path.equals(BULK);
    return isBulk ? RequestBody.OWN : RequestBody.WHOLE;
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
