package io.flowledger.query;

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
import java.util.function.Consumer;
import java.util.function.Function;

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
    Buffer nextChunk() {
      Buffer json = Buffer.buffer();
      if (!done) {
        Listing.Reached<C> reached =
            listing.scanShown(
                last,
                row -> {
                  if (shown++ > 0) {
                    json.appendString(", ");
                  }
                  listing.renderer().render(row, json::appendBytes);
                  return shown < limit && json.length() < CHUNK_BYTES;
                });
        last = reached.last();
        done = reached.end() || shown >= limit;
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
    Progress<T, C> progress = new Progress<>(listing, Long.MAX_VALUE, Optional.empty());
    begin();
    onScanThread(request, progress::nextChunk, first -> write(request, progress, first));
  }

  private record FirstChunk(Buffer json, Optional<String> nextCursor) {}

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
    begin();
    onScanThread(
        request,
        () -> {
          Buffer json = progress.nextChunk();
          return new FirstChunk(json, progress.lastBeforeNextPage().map(cursor));
        },
        first -> {
          HttpServerResponse response = request.response();
          response.putHeader(LIMIT, Integer.toString(paging.limit()));
          first.nextCursor().ifPresent(text -> response.putHeader(NEXT_CURSOR, text));
          write(request, progress, first.json());
        });
  }

  private void begin() {
    if (scans.incrementAndGet() > maxScans) {
      scans.decrementAndGet();
      throw Invalid.overloaded();
    }
  }

  private <T> void onScanThread(RoutingContext request, Callable<T> read, Consumer<T> next) {
    threads
        .executeBlocking(read, false)
        .onComplete(
            result -> {
              if (result.succeeded()) {
                next.accept(result.result());
              } else {
                scans.decrementAndGet();
                fail(request, result.cause());
              }
            });
  }

  private void write(RoutingContext request, Progress<?, ?> progress, Buffer first) {
    HttpServerResponse response = request.response();
    response.putHeader(HttpHeaders.CONTENT_TYPE, TEXT);
    if (request.request().method().equals(HttpMethod.HEAD)) {
      scans.decrementAndGet();
      response.end();
      return;
    }
    if (progress.done) {
      scans.decrementAndGet();
      response.end(
          Buffer.buffer(first.length() + 2)
              .appendString("[")
              .appendBuffer(first)
              .appendString("]"));
      return;
    }
    response.setChunked(true);
    stream(request, progress, Buffer.buffer("[").appendBuffer(first));
  }

  private void stream(RoutingContext request, Progress<?, ?> progress, Buffer chunk) {
    HttpServerResponse response = request.response();
    if (progress.done) {
      scans.decrementAndGet();
      response.end(chunk.appendString("]"));
      return;
    }
    response
        .write(chunk)
        .onFailure(gone -> scans.decrementAndGet())
        .onSuccess(
            written ->
                onScanThread(
                    request, progress::nextChunk, next -> stream(request, progress, next)));
  }

  /** Where a listing is cut off in its middle, closing the connection says so. */
  private static void fail(RoutingContext request, Throwable cause) {
    if (request.response().headWritten()) {
      request.request().connection().close();
    } else {
      request.fail(cause);
    }
  }
}
