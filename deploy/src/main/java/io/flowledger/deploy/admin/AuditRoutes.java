package io.flowledger.deploy.admin;

import io.flowledger.deploy.audit.AuditFailure;
import io.flowledger.deploy.audit.AuditJson;
import io.flowledger.http.BlockingWork;
import io.flowledger.http.JsonLines;
import io.flowledger.http.Operators;
import io.flowledger.http.Requests;
import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.audit.Audit;
import io.flowledger.projector.chain.PartitionHead;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Audits the views while they are in use: {@code POST /flowledger/audit/verify}, from this machine
 * only, with the heads that the log must have as {@code GET /audit/head} tells them. The answer is
 * a line of JSON after the other, see {@link AuditJson}. A client that hangs up ends the audit.
 */
public final class AuditRoutes implements Routes, AutoCloseable {

  private static final long REPORT_EVERY_MS = 1000;
  private static final Duration LONGEST = Duration.ofDays(7);

  private final Supplier<Audit> audits;
  private final Operators operators;
  private final Vertx vertx;
  private final BlockingWork work;
  private final AtomicReference<@Nullable Audit> running = new AtomicReference<>();
  private final Stoppable server = new Stoppable();

  /**
   * @param audits makes one; may block
   */
  public AuditRoutes(Supplier<Audit> audits, Operators operators, Vertx vertx) {
    this.audits = audits;
    this.operators = operators;
    this.vertx = vertx;
    this.work =
        BlockingWork.on(
            new BlockingWork.Threads("audit", 1, LONGEST),
            vertx,
            1,
            () -> RefusedException.conflict("an audit is under way"));
  }

  @Override
  public void mount(Router router) {
    router.post("/flowledger/audit/verify").handler(this::verify);
  }

  private void verify(RoutingContext request) {
    operators.require(request, "audits are run");
    List<PartitionHead> recorded = recorded(request);
    JsonLines lines = new JsonLines(request);
    Stoppable client = new Stoppable();
    Future<Boolean> audit =
        work.run(
            () -> {
              run(recorded, client, lines);
              return true;
            });
    // Also keeps the connection from being taken for idle.
    long timer = vertx.setPeriodic(REPORT_EVERY_MS, tick -> lines.tell(progress()));
    request.response().closeHandler(gone -> client.stop());
    audit.onComplete(
        over -> {
          vertx.cancelTimer(timer);
          lines.tell(
              over.failed()
                  ? AuditJson.failure(String.valueOf(over.cause().getMessage()))
                  : AuditJson.end());
          lines.end();
        });
  }

  private static List<PartitionHead> recorded(RoutingContext request) {
    String body = new String(Requests.order(request), StandardCharsets.UTF_8);
    try {
      return body.isEmpty() ? List.of() : AuditJson.heads(body);
    } catch (AuditFailure e) {
      throw RefusedException.malformed("the heads of the body: " + e.getMessage());
    }
  }

  private void run(List<PartitionHead> recorded, Stoppable client, JsonLines lines) {
    try (Audit audit = audits.get()) {
      running.set(audit);
      server.begin(audit::stop);
      client.begin(audit::stop);
      audit.run(recorded, proof -> lines.tell(AuditJson.proof(proof)));
    } finally {
      running.set(null);
    }
  }

  private String progress() {
    Audit audit = running.get();
    return AuditJson.progress(audit == null ? "looking at the log" : audit.progress());
  }

  /** Ends what is running. */
  @Override
  public void close() {
    server.stop();
  }
}
