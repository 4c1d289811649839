package io.flowledger.query;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers with a listing as a JSON list. Rows are read in stretches on a few threads of their own
 * and written as fast as the client takes them, so memory does not grow with the listing. How many
 * listings are under way is bounded.
 */
final class ListAnswer {

  private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");
  private static final String LIMIT = "X-Limit";
  private static final String NEXT_CURSOR = "X-Next-Cursor";
  private static final int CHUNK_BYTES = 128 << 10;
  private static final byte[] START = {'['};
  private static final byte[] SEPARATOR = {',', ' '};
  private static final byte[] END = {']'};
  private static final long INTERNAL_ERROR = 2; // of HTTP/2, RFC 9113 section 7

  private final WorkerExecutor threads;
  private final int maxScans;
  private final AtomicInteger scans = new AtomicInteger();

  ListAnswer(Vertx vertx, QueryConfig config) {
    this.threads = vertx.createSharedWorkerExecutor("scans", config.scanThreads());
    this.maxScans = config.maxScans();
  }

  /** How many listings are being read. */
  int underWay() {
    return scans.get();
  }

  /** How far the writing of a listing is; used by one thread at a time. */
  private static final class Progress<T, C> {
    private final Listing<T, C> listing;
    private final long limit;
    private Optional<C> last;
    private long shown;
    private boolean done;

    Progress(Listing<T, C> listing, long limit, Optional<C> after) {
      this.listing = listing;
      this.limit = limit;
      this.last = after;
      this.done = limit == 0;
    }

    /** Renders on, until there is enough to write or nothing left. */
    Body nextChunk() {
      Body json = Body.begin();
      if (shown == 0) {
        json.write(START);
      }
      if (!done) {
        Listing.Reached<C> reached =
            listing.scanShown(
                last,
                row -> {
                  if (shown++ > 0) {
                    json.write(SEPARATOR);
                  }
                  listing.renderer().render(row, json);
                  return shown < limit && json.length() < CHUNK_BYTES;
                });
        last = reached.last();
        done = reached.end() || shown >= limit;
      }
      if (done) {
        json.write(END);
      }
      return json;
    }

    /**
     * Place of the last row of the page, where more come after it. Reads ahead, renders nothing.
     */
    Optional<C> lastBeforeNextPage() {
      if (limit == 0 || (done && shown < limit)) {
        return Optional.empty();
      }
      long[] count = {shown};
      PageEnd<C> page = new PageEnd<>();
      page.end = shown == limit ? last : Optional.empty();
      listing.scanShown(
          last,
          row -> {
            if (++count[0] == limit) {
              page.end = Optional.of(listing.place().apply(row));
            }
            page.more = count[0] > limit;
            return !page.more;
          });
      return page.more ? page.end : Optional.empty();
    }
  }

  private static final class PageEnd<C> {
    private Optional<C> end = Optional.empty();
    private boolean more;
  }

  /** Answers with all rows. */
  <T, C> void whole(RoutingContext request, Listing<T, C> listing) {
    answer(
        request, new Progress<>(listing, Long.MAX_VALUE, Optional.empty()), HttpHeaders::headers);
  }

  /**
   * Answers with one page.
   *
   * @param after the place that the page goes on after
   * @param cursor text of a place
   */
  <T, C> void page(
      RoutingContext request,
      Paging paging,
      Listing<T, C> listing,
      Optional<C> after,
      Function<C, String> cursor) {
    Progress<T, C> progress = new Progress<>(listing, paging.limit(), after);
    answer(
        request,
        progress,
        () -> {
          MultiMap headers = HttpHeaders.headers().add(LIMIT, Integer.toString(paging.limit()));
          progress
              .lastBeforeNextPage()
              .ifPresent(place -> headers.add(NEXT_CURSOR, cursor.apply(place)));
          return headers;
        });
  }

  /**
   * What an answer begins with.
   *
   * @param tag of the whole listing, where it is all there
   */
  private record Opening(Buffer chunk, MultiMap headers, Optional<EntityTag> tag) {
    static Opening of(Progress<?, ?> progress, Supplier<MultiMap> headers) {
      Body json = progress.nextChunk();
      MultiMap all = headers.get();
      Optional<EntityTag> tag =
          progress.done ? Optional.of(json.tag(all.entries().toString())) : Optional.empty();
      return new Opening(json.toBuffer(), all, tag);
    }
  }

  /**
   * The listing is under way until it has been read as far as it is needed, or anything has failed:
   * the client may have gone too.
   *
   * @param headers of the answer; asked for after the first chunk, on the same thread
   */
  private void answer(RoutingContext request, Progress<?, ?> progress, Supplier<MultiMap> headers) {
    if (scans.incrementAndGet() > maxScans) {
      scans.decrementAndGet();
      throw Invalid.overloaded();
    }
    Promise<Void> reading = Promise.promise();
    reading
        .future()
        .onComplete(over -> scans.decrementAndGet())
        .onFailure(cause -> fail(request, cause));
    onScanThread(() -> Opening.of(progress, headers))
        .onSuccess(opening -> open(request, progress, opening, reading))
        .onFailure(reading::fail);
  }

  private <T> Future<T> onScanThread(Callable<T> read) {
    return threads.executeBlocking(read, false);
  }

  private void open(
      RoutingContext request, Progress<?, ?> progress, Opening opening, Promise<Void> reading) {
    HttpServerResponse response = request.response();
    response.headers().addAll(opening.headers());
    if (opening.tag().isPresent() && opening.tag().get().satisfies(request)) {
      reading.complete();
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, TEXT);
    if (request.request().method().equals(HttpMethod.HEAD)) {
      reading.complete();
      response.end();
      return;
    }
    response.setChunked(!progress.done);
    stream(response, progress, opening.chunk(), reading);
  }

  /** Writes what has been read, and reads on when the client has taken it. */
  private void stream(
      HttpServerResponse response, Progress<?, ?> progress, Buffer chunk, Promise<Void> reading) {
    if (progress.done) {
      reading.complete();
      response.end(chunk);
      return;
    }
    response
        .write(chunk)
        .compose(written -> onScanThread(() -> progress.nextChunk().toBuffer()))
        .onSuccess(next -> stream(response, progress, next, reading))
        .onFailure(reading::fail);
  }

  /**
   * Where a listing is cut off in its middle, resetting says so: it ends the connection, in HTTP/2
   * only the stream, since others may share the connection.
   */
  private static void fail(RoutingContext request, Throwable cause) {
    if (request.response().headWritten()) {
      request.response().reset(INTERNAL_ERROR);
    } else {
      request.fail(cause);
    }
  }
}
