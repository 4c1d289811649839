package io.flowledger.deploy;

import io.flowledger.deploy.audit.AuditFailure;
import io.flowledger.deploy.audit.AuditJson;
import io.flowledger.http.LocalOnly;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.Audit;
import io.flowledger.projector.readmodel.PartitionHead;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Audits the views while they are in use: {@code POST /flowledger/audit/verify}, from this machine
 * only, with the heads that the log must have as {@code GET /audit/head} tells them. The answer is
 * a line of JSON after the other, see {@link AuditJson}. Who hangs up ends the audit.
 */
final class Audits implements AutoCloseable {

  private static final long REPORT_EVERY_MS = 1000;
  private static final long LONGEST_DAYS = 7;

  private final Supplier<Audit> audits;
  private final Vertx vertx;
  private final WorkerExecutor worker;
  private final AtomicBoolean underWay = new AtomicBoolean();
  private final AtomicReference<@Nullable Audit> running = new AtomicReference<>();
  private final Stoppable server = new Stoppable();

  /**
   * @param audits makes one; may block
   */
  Audits(Supplier<Audit> audits, Vertx vertx) {
    this.audits = audits;
    this.vertx = vertx;
    this.worker = vertx.createSharedWorkerExecutor("audit", 1, LONGEST_DAYS, TimeUnit.DAYS);
  }

  void mount(Router router) {
    router.post("/flowledger/audit/verify").handler(this::verify);
  }

  private void verify(RoutingContext request) {
    LocalOnly.require(request, "audits are run");
    List<PartitionHead> recorded = recorded(request);
    if (!underWay.compareAndSet(false, true)) {
      throw RefusedException.conflict("an audit is under way");
    }
    HttpServerResponse response =
        request
            .response()
            .setChunked(true)
            .putHeader(HttpHeaders.CONTENT_TYPE, AuditJson.LINES_TYPE);
    // Also keeps the connection from being taken for idle.
    long timer = vertx.setPeriodic(REPORT_EVERY_MS, tick -> report(response));
    Stoppable client = new Stoppable();
    response.closeHandler(gone -> client.stop());
    Context context = vertx.getOrCreateContext();
    worker
        .executeBlocking(
            () -> {
              run(recorded, client, line -> context.runOnContext(on -> write(response, line)));
              return null;
            },
            false)
        .onComplete(
            over -> {
              vertx.cancelTimer(timer);
              underWay.set(false);
              write(
                  response,
                  over.failed()
                      ? AuditJson.failure(String.valueOf(over.cause().getMessage()))
                      : AuditJson.end());
              if (!response.closed()) {
                response.end();
              }
            });
  }

  private static List<PartitionHead> recorded(RoutingContext request) {
    String body = request.body().asString();
    try {
      return body == null || body.isEmpty() ? List.of() : AuditJson.heads(body);
    } catch (AuditFailure e) {
      throw RefusedException.malformed("the heads of the body: " + e.getMessage());
    }
  }

  private interface Lines {
    void write(String line);
  }

  private void run(List<PartitionHead> recorded, Stoppable client, Lines lines) {
    try (Audit audit = audits.get()) {
      running.set(audit);
      server.begin(audit::stop);
      client.begin(audit::stop);
      audit.run(recorded, proof -> lines.write(AuditJson.proof(proof)));
    } finally {
      running.set(null);
    }
  }

  private void report(HttpServerResponse response) {
    Audit audit = running.get();
    write(response, AuditJson.progress(audit == null ? "looking at the log" : audit.progress()));
  }

  private static void write(HttpServerResponse response, String line) {
    if (!response.closed() && !response.ended()) {
      response.write(line);
    }
  }

  /** Ends what is running. */
  @Override
  public void close() {
    server.stop();
  }
}
