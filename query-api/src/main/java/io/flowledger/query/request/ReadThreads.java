package io.flowledger.query.request;

import io.flowledger.http.BlockingWork;
import io.flowledger.http.Caller;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Patience;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Threads for reads that take too long for an event loop. They are few, and how many reads are
 * under way, running or waiting for a thread, is bounded. They serve the addresses of clients by
 * turns, and none has all of the places. What nobody waits for any more is not read on.
 */
public final class ReadThreads {

  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final String NO_CLIENT = "";
  private static final Patience ENDLESS = new Patience(Long.MAX_VALUE, IllegalStateException::new);

  private final Vertx vertx;
  private final BlockingWork scans;
  private final int mostOfClient;
  private final Duration deadline;
  private final EndedReads ended;
  private final FairQueue waiting = new FairQueue();
  private final Map<String, Integer> underWayByClient = new ConcurrentHashMap<>();

  /**
   * @param name what the names of the threads begin with
   * @param maxScans reads that may be under way; a quarter of them is for other clients
   * @param deadline that a request is answered by
   */
  public ReadThreads(
      Vertx vertx, String name, int count, int maxScans, Duration deadline, EndedReads ended) {
    this.vertx = vertx;
    this.mostOfClient = maxScans - maxScans / 4;
    this.deadline = deadline;
    this.ended = ended;
    this.scans =
        BlockingWork.on(
            new BlockingWork.Threads(name, count, LONGEST),
            vertx,
            maxScans,
            ReadThreads::tooManyReads);
  }

  private static RefusedException tooManyReads() {
    return RefusedException.unavailable("too many listings are being read, try again");
  }

  /** How many reads are under way. */
  public int underWay() {
    return scans.underWay();
  }

  /**
   * Reads something for nobody in particular in one go.
   *
   * @throws RefusedException 503 when too many reads are under way
   */
  public <T> Future<T> read(Callable<T> read) {
    Promise<Void> over = Promise.promise();
    scans.begin(over.future());
    return stretch(read).onComplete(done -> over.complete());
  }

  /** Reads something short for nobody in particular, however much is under way. */
  public <T> Future<T> stretch(Callable<T> read) {
    return stretch(NO_CLIENT, ENDLESS, read);
  }

  /**
   * Reads something for a request in one go.
   *
   * @return fails when nobody waits for it any more, so what it succeeds with can be answered
   * @throws RefusedException 503 when too many reads are under way
   */
  public <T> Future<T> read(RoutingContext request, Callable<T> read) {
    Reading reading = begin(request);
    return reading.stretch(read).onComplete(done -> reading.over());
  }

  /**
   * Begins a read of several stretches for a request. Whoever begins it says when it is over.
   *
   * @throws RefusedException 503 when too many reads are under way
   */
  public Reading begin(RoutingContext request) {
    String client = client(request);
    if (underWayByClient.merge(client, 1, Integer::sum) > mostOfClient) {
      leave(client);
      throw tooManyReads();
    }
    Promise<Void> over = Promise.promise();
    over.future().onComplete(done -> leave(client));
    try {
      scans.begin(over.future());
    } catch (RefusedException tooMany) {
      over.complete();
      throw tooMany;
    }
    return new Reading(this, client, RequestPatience.of(request, deadline, ended), over);
  }

  private static String client(RoutingContext request) {
    String address = Caller.of(request).address();
    return address == null ? NO_CLIENT : address;
  }

  private void leave(String client) {
    underWayByClient.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
  }

  <T> Future<T> stretch(String client, Patience patience, Callable<T> read) {
    Context context = vertx.getOrCreateContext();
    Promise<T> result = Promise.promise();
    waiting.add(client, () -> run(read, patience, context, result));
    scans
        .<@Nullable Void>stretch(
            () -> {
              waiting.take().run();
              return null;
            })
        .onFailure(result::tryFail); // the server is being stopped
    return result.future();
  }

  private static <T> void run(
      Callable<T> read, Patience patience, Context context, Promise<T> result) {
    try {
      T value = patience.during(read);
      context.runOnContext(on -> tell(value, patience, result));
    } catch (Throwable e) {
      context.runOnContext(on -> result.tryFail(e));
    }
  }

  /** On the event loop that ends the patience: what has come just too late is not told. */
  private static <T> void tell(T value, Patience patience, Promise<T> result) {
    RuntimeException why = patience.over();
    if (why == null) {
      result.tryComplete(value);
      return;
    }
    if (value instanceof PastRead past) {
      past.close();
    }
    result.tryFail(why);
  }
}
