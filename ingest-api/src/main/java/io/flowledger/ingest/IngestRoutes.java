package io.flowledger.ingest;

import io.flowledger.projector.readmodel.ReadModel;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** The write endpoints: which request goes where. */
public final class IngestRoutes {

  private static final String BULK = "/events";
  private static final String RUN = "/flows/:flow/runs/:run";
  private static final String STEP = RUN + "/steps/:step";
  private static final String TASK = STEP + "/tasks/:task";

  private final PendingWrites pending;
  private final Writer writer;
  private final Registrations registrations;
  private final TaskRecords records;
  private final RunTags tags;
  private final HeartbeatRoutes heartbeats;
  private final Numbers numbers;
  private final NumberRoutes ranges;
  private final BulkRoute bulk;
  private final Map<BulkResult, LongAdder> bulkEntries = BulkRoute.counters();

  public IngestRoutes(
      IngestConfig config, ReadModel readModel, EventLog log, Sequences sequences, Clock clock) {
    this.pending = new PendingWrites(config.maxPendingWrites());
    Parents parents = new Parents(readModel);
    Proposals proposals = new Proposals(parents);
    this.numbers = new Numbers(sequences);
    this.ranges = new NumberRoutes(config, sequences);
    Stamps stamps = new Stamps(clock, config.writtenBy());
    this.writer = new Writer(log, readModel, pending);
    this.registrations = new Registrations(config, parents, proposals, numbers, stamps, writer);
    this.records = new TaskRecords(config, parents, numbers, stamps, writer);
    this.tags = new RunTags(config, parents, stamps, writer);
    Heartbeats beats = new Heartbeats(log);
    this.heartbeats = new HeartbeatRoutes(config, parents, beats, readModel, clock);
    this.bulk =
        new BulkRoute(
            new BulkRoute.Parts(
                config,
                parents,
                proposals,
                sequences,
                stamps,
                beats,
                log,
                readModel,
                clock,
                pending,
                bulkEntries));
  }

  /**
   * Adds the endpoints to a router whose earlier handlers have read the body, but for {@link
   * #readsBody}.
   */
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

  /** Whether an endpoint reads the body of its requests itself. */
  public static boolean readsBody(HttpMethod method, String path) {
    return method.equals(HttpMethod.POST) && path.equals(BULK);
  }

  /** How many entries of bulk requests have come to such an end. */
  public long bulkEntries(BulkResult result) {
    return Objects.requireNonNull(bulkEntries.get(result), "there is one of each").sum();
  }

  /** How many numbers could not be used since somebody had used them without claiming them. */
  public long collidedNumbers() {
    return numbers.collisions();
  }

  /** How many bulk requests are under way. */
  public int bulkRequests() {
    return bulk.underWay();
  }

  /** How many requests were answered as earlier ones under the same idempotency key. */
  public long idempotentReplays() {
    return writer.replays();
  }

  /** How many writes wait for their acknowledgement or their view. */
  public int pendingWrites() {
    return pending.count();
  }
}
