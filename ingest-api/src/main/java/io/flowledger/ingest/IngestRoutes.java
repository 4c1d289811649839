package io.flowledger.ingest;

import io.flowledger.projector.readmodel.ReadModel;
import io.vertx.ext.web.Router;
import java.time.Clock;

/** The write endpoints: which request goes where. */
public final class IngestRoutes {

  private static final String RUN = "/flows/:flow/runs/:run";
  private static final String STEP = RUN + "/steps/:step";
  private static final String TASK = STEP + "/tasks/:task";

  private final PendingWrites pending;
  private final Writer writer;
  private final Registrations registrations;
  private final TaskRecords records;
  private final RunTags tags;
  private final HeartbeatRoutes heartbeats;

  public IngestRoutes(
      IngestConfig config, ReadModel readModel, EventLog log, Sequences sequences, Clock clock) {
    this.pending = new PendingWrites(config.maxPendingWrites());
    Parents parents = new Parents(readModel);
    Proposals proposals = new Proposals(parents);
    Numbers numbers = new Numbers(sequences);
    Stamps stamps = new Stamps(clock, config.writtenBy());
    this.writer = new Writer(log, readModel, pending);
    this.registrations = new Registrations(config, parents, proposals, numbers, stamps, writer);
    this.records = new TaskRecords(config, parents, numbers, stamps, writer);
    this.tags = new RunTags(config, parents, stamps, writer);
    this.heartbeats = new HeartbeatRoutes(config, parents, new Heartbeats(log), readModel, clock);
  }

  /** Adds the endpoints to a router whose earlier handlers have read the body. */
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
