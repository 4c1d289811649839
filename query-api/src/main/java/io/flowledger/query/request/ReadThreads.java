package io.flowledger.query.request;

import io.flowledger.http.BlockingWork;
import io.flowledger.http.Caller;
import io.flowledger.http.RequestMemory;
import io.flowledger.http.Requests;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Patience;
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

  // Of what is read with these threads, and a client that reads at all takes a part in the time.
  private static final long MOST_UNSENT_BYTES = 8 << 20;
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final int AHEAD = 2; // so that no thread waits for the next one

  private static final Patience ENDLESS = new Patience(Long.MAX_VALUE, IllegalStateException::new);

  private final Vertx vertx;
  private final BlockingWork scans;
  private final int mostOfClient;
  private final Duration deadline;
  private final EndedReads ended;
  private final UnsentParts unsent;
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
    this.unsent =
        new UnsentParts(vertx, MOST_UNSENT_BYTES, Reading.PART_BYTES, AHEAD * count, GRACE);
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

  /** How many bytes of answers their clients have not taken yet. */
  public long unsentBytes() {
    return unsent.bytes();
  }

  UnsentParts unsent() {
    return unsent;
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
    RequestMemory.Hold memory = Requests.holdMemory(request); // also of who has gone
    over.future()
        .onComplete(
            done -> {
              memory.close();
              leave(client);
            });
    try {
      scans.begin(over.future());
    } catch (RefusedException tooMany) {
      over.complete();
      throw tooMany;
    }
    return new Reading(request, this, client, RequestPatience.of(request, deadline, ended), over);
  }

  private static String client(RoutingContext request) {
    String address = Caller.of(request).address();
    return address == null ? NO_CLIENT : address;
  }

  private void leave(String client) {
    underWayByClient.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
  }

  <T> Future<T> stretch(String client, Patience patience, Callable<T> read) {
    return stretch(client, new Stretch<>(vertx.getOrCreateContext(), patience, read));
  }

  <T> Future<T> stretch(String client, Stretch<T> stretch) {
    waiting.add(client, stretch::run);
    scans
        .<@Nullable Void>stretch(
            () -> {
              waiting.take().run();
              return null;
            })
        .onFailure(stretch::drop); // the server is being stopped
    return stretch.result();
  }
}
