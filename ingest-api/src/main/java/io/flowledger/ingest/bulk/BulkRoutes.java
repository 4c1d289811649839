package io.flowledger.ingest.bulk;

import io.flowledger.http.Gzip;
import io.flowledger.http.RequestBody;
import io.flowledger.http.RequestMemory;
import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.log.PendingWrites;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.ingest.write.Appender;
import io.flowledger.ingest.write.HeartbeatWrites;
import io.flowledger.ingest.write.IdempotencyKey;
import io.flowledger.ingest.write.Parents;
import io.flowledger.ingest.write.RegistrationProposals;
import io.flowledger.ingest.write.Stamps;
import io.flowledger.projector.readmodel.ReadModel;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The request that brings many writes of any kind: entries line by line, or in a JSON list. It
 * reads its body itself, since how many bodies are held is bounded.
 */
public final class BulkRoutes implements Routes {

  private static final String PATH = "/events";
  private static final long IDLE_SECONDS = 10;
  private static final byte[] NO_BYTES = {};

  /**
   * What all requests share.
   *
   * @param body limits of what entries say
   * @param memory for all that is held of requests
   * @param counters of entries that have come to such an end
   */
  public record Parts(
      Limits body,
      BulkLimits limits,
      RequestMemory memory,
      Parents parents,
      RegistrationProposals proposals,
      Sequences sequences,
      Stamps stamps,
      HeartbeatWrites heartbeats,
      Appender appender,
      ReadModel readModel,
      Clock clock,
      PendingWrites pending,
      Map<BulkResult, Counter> counters) {}

  private final Parts parts;
  private final BulkAdmission admission;
  private final Executor threads = threads();

  public BulkRoutes(Parts parts) {
    this.parts = parts;
    this.admission = new BulkAdmission(parts.limits(), parts.memory());
  }

  /** Half of the processors, since the log and the views need the others. What waits is bounded. */
  private static Executor threads() {
    int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // each request that is under way has one turn in it
            task -> {
              Thread thread = new Thread(task, "bulk-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** How many requests are under way. */
  public int underWay() {
    return admission.underWay();
  }

  @Override
  public void mount(Router router) {
    router.post(PATH).handler(this::post);
  }

  @Override
  public RequestBody body(HttpMethod method, String path) {
    boolean own = method.equals(HttpMethod.POST) && path.equals(PATH);
    return own ? RequestBody.OWN : RequestBody.WHOLE;
  }

  private void post(RoutingContext request) {
    HttpServerRequest http = request.request();
    boolean gzip = Gzip.isGzip(request);
    IdempotencyKey key =
        IdempotencyKey.of(
            http.headers().getAll(IdempotencyKey.HEADER),
            request.normalizedPath(),
            NO_BYTES); // entries are compared one by one
    long length = length(http);
    Upload upload = new Upload(request, gzip, key, admission.enter());
    request.addEndHandler(over -> upload.end());
    upload.take(length);
    http.handler(upload::receive);
    http.endHandler(ended -> upload.received());
  }

  /** What its head says; 0 where that is nothing. */
  private long length(HttpServerRequest http) {
    String length = http.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && length.length() >= Integer.toString(Integer.MAX_VALUE).length()) {
      throw tooLarge();
    }
    long bytes = length == null ? 0 : Long.parseLong(length);
    if (bytes > parts.limits().maxBodyBytes()) {
      throw tooLarge();
    }
    return bytes;
  }

  private RuntimeException tooLarge() {
    return RefusedException.tooLarge(
        "the body is larger than " + parts.limits().maxBodyBytes() + " bytes");
  }

  /** A body that arrives. All of it happens in the context of the request. */
  private final class Upload {
    private final RoutingContext request;
    private final boolean gzip;
    private final IdempotencyKey key;
    private final BulkAdmission.Ticket ticket;
    private Buffer body = Buffer.buffer();
    private long taken;
    private boolean over;
    private boolean started;

    Upload(RoutingContext request, boolean gzip, IdempotencyKey key, BulkAdmission.Ticket ticket) {
      this.request = request;
      this.gzip = gzip;
      this.key = key;
      this.ticket = ticket;
    }

    /** The answer has been sent, or cannot be. */
    void end() {
      over = true;
      if (!started) {
        ticket.close();
      }
    }

    /** Takes room for so many bytes altogether: before they come, where that is known. */
    void take(long length) {
      if (length > taken) {
        ticket.take(length - taken);
        taken = length;
      }
    }

    void receive(Buffer chunk) {
      if (over) {
        return;
      }
      try {
        if (body.length() + chunk.length() > parts.limits().maxBodyBytes()) {
          throw tooLarge();
        }
        take((long) body.length() + chunk.length());
        body.appendBuffer(chunk);
      } catch (RuntimeException refused) {
        refuse(refused);
      }
    }

    private void refuse(Throwable cause) {
      over = true;
      body = Buffer.buffer();
      request.fail(cause);
    }

    void received() {
      if (over) {
        return;
      }
      Buffer received = body;
      body = Buffer.buffer();
      Context context = request.vertx().getOrCreateContext();
      threads.execute(
          () -> {
            try {
              BulkBody entries = cut(received);
              context.runOnContext(on -> start(context, entries));
            } catch (RuntimeException e) {
              context.runOnContext(on -> refuseUnlessOver(e));
            }
          });
    }

    private void refuseUnlessOver(RuntimeException cause) {
      if (!over) {
        refuse(cause);
      }
    }

    private BulkBody cut(Buffer received) {
      BulkLimits limits = parts.limits();
      byte[] bytes = received.getBytes();
      if (gzip) {
        bytes = Gzip.inflate(bytes, limits.maxBodyBytes(), ticket::take);
        ticket.release(taken);
      }
      return BulkBody.cut(bytes, limits);
    }

    private void start(Context context, BulkBody entries) {
      if (over) {
        return;
      }
      started = true;
      new BulkRequest(parts, request, context, key, entries, ticket, threads).start();
    }
  }
}
