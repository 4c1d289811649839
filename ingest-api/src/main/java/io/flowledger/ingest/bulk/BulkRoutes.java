package io.flowledger.ingest.bulk;

import io.flowledger.http.Gzip;
import io.flowledger.http.RequestBody;
import io.flowledger.http.RequestMemory;
import io.flowledger.http.Routes;
import io.flowledger.http.forward.AskedPartitions;
import io.flowledger.http.forward.PartCalls;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.bulk.entry.BulkBody;
import io.flowledger.ingest.bulk.entry.BulkLimits;
import io.flowledger.ingest.bulk.entry.PartBody;
import io.flowledger.ingest.log.PendingWrites;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.ingest.write.Appender;
import io.flowledger.ingest.write.HeartbeatWrites;
import io.flowledger.ingest.write.Parents;
import io.flowledger.ingest.write.RegistrationProposals;
import io.flowledger.ingest.write.Stamps;
import io.flowledger.projector.readmodel.Owner;
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
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The request that brings many writes of any kind: entries line by line, or in a JSON list. It
 * reads its body itself, since how many bodies are held is bounded.
 */
public final class BulkRoutes implements Routes {

  private static final String PATH = "/events";
  private static final long IDLE_SECONDS = 10;

  /**
   * What all requests share.
   *
   * @param body limits of what entries say
   * @param memory for all that is held of requests
   * @param counters of entries that have come to such an end
   * @param nodes that have views too; empty where there are no others
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
      Map<BulkResult, Counter> counters,
      Optional<PartCalls> nodes) {}

  private final Parts parts;
  private final BulkAdmission admission;
  private final BulkAdmission partAdmission; // so that nodes that wait for each other get on
  private final Executor threads = threads();

  public BulkRoutes(Parts parts) {
    this.parts = parts;
    this.admission = new BulkAdmission(parts.limits(), parts.memory());
    this.partAdmission = new BulkAdmission(parts.limits(), parts.memory());
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
    boolean part = AskedPartitions.of(request).isPresent();
    boolean gzip = Gzip.isGzip(request);
    BulkSender sender = BulkSender.of(request);
    long most = part ? mostOfPart() : parts.limits().maxBodyBytes();
    long length = length(http, most);
    BulkAdmission.Ticket ticket = (part ? partAdmission : admission).enter();
    Upload upload = new Upload(request, gzip, part, most, sender, ticket);
    request.addEndHandler(over -> upload.end());
    upload.take(length);
    http.handler(upload::receive);
    http.endHandler(ended -> upload.received());
  }

  /** An entry of a part takes more than it does in the request of a client. */
  private long mostOfPart() {
    BulkLimits limits = parts.limits();
    return limits.maxBodyBytes() + (long) limits.maxEntries() * PartBody.BYTES_OF_HEAD;
  }

  /** What its head says; 0 where that is nothing. */
  private long length(HttpServerRequest http, long most) {
    String length = http.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && length.length() >= Integer.toString(Integer.MAX_VALUE).length()) {
      throw tooLarge();
    }
    long bytes = length == null ? 0 : Long.parseLong(length);
    if (bytes > most) {
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
    private final boolean part; // of a request that another node has been sent
    private final long most;
    private final BulkSender sender;
    private final BulkAdmission.Ticket ticket;
    private Buffer body = Buffer.buffer();
    private long taken;
    private boolean over;
    private boolean started;

    Upload(
        RoutingContext request,
        boolean gzip,
        boolean part,
        long most,
        BulkSender sender,
        BulkAdmission.Ticket ticket) {
      this.request = request;
      this.gzip = gzip;
      this.part = part;
      this.most = most;
      this.sender = sender;
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
        if (body.length() + chunk.length() > most) {
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
              Optional<BulkPlaces> places = places(entries);
              context.runOnContext(on -> start(context, entries, places));
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
      if (part) {
        return PartBody.decode(bytes, limits.maxEntries());
      }
      if (gzip) {
        bytes = Gzip.inflate(bytes, limits.maxBodyBytes(), ticket::take);
        ticket.release(taken);
      }
      return BulkBody.cut(bytes, limits.maxEntries());
    }

    /** Empty where all of it is carried out here. */
    private Optional<BulkPlaces> places(BulkBody entries) {
      ReadModel views = parts.readModel();
      boolean here =
          part
              || parts.nodes().isEmpty()
              || IntStream.range(0, views.partitions())
                  .allMatch(partition -> views.owner(partition) instanceof Owner.Local);
      return here
          ? Optional.empty()
          : Optional.of(
              BulkPlaces.of(
                  entries,
                  parts.body(),
                  parts.limits(),
                  BulkRequest.stretch(parts),
                  views::partitionOf));
    }

    private void start(Context context, BulkBody entries, Optional<BulkPlaces> places) {
      if (over) {
        return;
      }
      started = true;
      if (places.isPresent() && parts.nodes().isPresent()) {
        PartCalls nodes = parts.nodes().get();
        new SplitRequest(
                parts, nodes, request, context, sender, entries, places.get(), ticket, threads)
            .start();
        return;
      }
      BulkResponse answer = new BulkResponse(request.response(), context, sender.async());
      BulkRequest whole = new BulkRequest(parts, sender, entries, answer, threads, ending(context));
      request.addEndHandler(end -> whole.abandon());
      whole.start();
    }

    private BulkRequest.Ending ending(Context context) {
      return new BulkRequest.Ending() {
        @Override
        public void over() {
          ticket.close();
        }

        @Override
        public void failed(Throwable cause) {
          context.runOnContext(on -> request.fail(cause));
        }
      };
    }
  }
}
