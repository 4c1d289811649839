package io.flowledger.query.answer;

import io.flowledger.projector.row.RowVisitor;
import io.flowledger.query.request.Paging;
import io.flowledger.query.request.ReadThreads;
import io.flowledger.query.request.Reading;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers with a listing. Rows are read in stretches on a few threads of their own and written as
 * fast as the client takes them, so memory does not grow with the listing. How many listings are
 * under way is bounded.
 */
public final class ListAnswer {

  private static final String LIMIT = "X-Limit";
  private static final String NEXT_CURSOR = "X-Next-Cursor";
  private static final int CHUNK_BYTES = Reading.PART_BYTES;

  // The network copies what it is given, so it is given a little at a time.
  private static final int PIECE_BYTES = 32 << 10;
  private static final int MOST_PIECES = 64;

  private static final long INTERNAL_ERROR = 2; // of HTTP/2, RFC 9113 section 7

  private static final Duration SLICE = Duration.ofMillis(50);
  private static final int LITTLE = 4 << 10;

  private final ReadThreads scans;
  private final Duration slice;

  /** Answers that take turns with others after a while, also where they look for long. */
  public ListAnswer(ReadThreads scans) {
    this(scans, SLICE);
  }

  /**
   * @param slice of time that an answer has before it is the turn of others
   */
  ListAnswer(ReadThreads scans, Duration slice) {
    this.scans = scans;
    this.slice = slice;
  }

  /** Answers whose rows cost more where they are asked for anew. */
  public static ListAnswer inOneGo(ReadThreads scans) {
    return new ListAnswer(scans, Listing.ENDLESS);
  }

  /** How far the writing of a listing is; used by one thread at a time. */
  private static final class Progress<T, C> {
    private final ListFormat format;
    private final Listing<T, C> listing;
    private final Duration slice;
    private final long limit;
    private Optional<C> last;
    private long shown;
    private boolean done;
    private @Nullable Chunk chunk; // that has been begun, and goes on after this place
    private Optional<C> next;

    // of pages
    private boolean readingAhead;
    private long found;
    private Optional<C> pageEnd = Optional.empty();

    private Progress(
        ListFormat format,
        Listing<T, C> listing,
        Duration slice,
        long limit,
        boolean page,
        Optional<C> after) {
      this.format = format;
      this.listing = listing;
      this.slice = slice;
      this.limit = limit;
      this.readingAhead = page;
      this.last = after;
      this.next = after;
      this.done = limit == 0;
    }

    /**
     * Renders on, until there is enough to write or nothing left. The scan for the first chunk of a
     * page reads ahead to what comes after the page, rendering nothing, since that is said in front
     * of it.
     *
     * @return empty when the time is over and there is nothing to write yet
     */
    Optional<Body> nextChunk() {
      Chunk current = chunk == null ? begin() : chunk;
      Body json = current.json;
      if (!done) {
        Optional<C> left = listing.scanShown(next, current, slice);
        if (left.isPresent() && (readingAhead || json.length() < LITTLE)) {
          chunk = current;
          next = left;
          return Optional.empty();
        }
        last = left.or(() -> last);
        done = left.isEmpty() && (!current.full || shown == limit);
        readingAhead = false;
        next = last;
      }
      chunk = null;
      if (done) {
        listing.renderer().finish(json);
        json.write(format.end());
      }
      return Optional.of(json);
    }

    private Chunk begin() {
      Body json = Body.begin();
      if (shown == 0) {
        json.write(format.start());
      }
      return new Chunk(json);
    }

    private final class Chunk implements RowVisitor<T> {
      final Body json;
      private boolean full;

      Chunk(Body json) {
        this.json = json;
      }

      @Override
      public boolean visit(T row) {
        if (!full) {
          show(row);
        }
        return readingAhead ? isOfPage(row) : !full;
      }

      private void show(T row) {
        if (shown++ > 0) {
          json.write(format.separator());
        }
        listing.renderer().render(row, json);
        full = shown == limit || json.length() >= CHUNK_BYTES;
        if (full) {
          last = Optional.of(listing.place().apply(row));
        }
      }

      private boolean isOfPage(T row) {
        if (++found == limit) {
          pageEnd = Optional.of(listing.place().apply(row));
        }
        return found <= limit;
      }
    }

    /** Place of the last row of the page, where more come after it. */
    Optional<C> lastBeforeNextPage() {
      return found > limit ? pageEnd : Optional.empty();
    }
  }

  /** Answers with all rows. */
  public <T, C> void whole(RoutingContext request, ListFormat format, Listing<T, C> listing) {
    answer(
        request,
        new Progress<>(format, listing, slice, Long.MAX_VALUE, false, Optional.empty()),
        HttpHeaders::headers);
  }

  /**
   * Answers with one page.
   *
   * @param after the place that the page goes on after
   * @param cursor text of a place
   */
  public <T, C> void page(
      RoutingContext request,
      ListFormat format,
      Paging paging,
      Listing<T, C> listing,
      Optional<C> after,
      Function<C, String> cursor) {
    Progress<T, C> progress = new Progress<>(format, listing, slice, paging.limit(), true, after);
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
    static Optional<Opening> of(Progress<?, ?> progress, Supplier<MultiMap> headers) {
      return progress.nextChunk().map(json -> of(json, progress, headers));
    }

    private static Opening of(Body json, Progress<?, ?> progress, Supplier<MultiMap> headers) {
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
    Reading reading = scans.begin(request);
    reading
        .part(() -> Opening.of(progress, headers), opening -> opening.chunk().length())
        .onSuccess(opening -> open(request, progress, opening, reading))
        .onFailure(cause -> fail(request, reading, cause));
  }

  private void open(
      RoutingContext request, Progress<?, ?> progress, Opening opening, Reading reading) {
    HttpServerResponse response = request.response();
    response.headers().addAll(opening.headers());
    if (opening.tag().isPresent() && opening.tag().get().satisfies(request)) {
      reading.over();
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, progress.format.contentType());
    if (request.request().method().equals(HttpMethod.HEAD)) {
      reading.over();
      response.end();
      return;
    }
    if (progress.done) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(opening.chunk().length()));
    } else {
      response.setChunked(true);
    }
    stream(request, progress, opening.chunk(), reading);
  }

  /** Writes what has been read, and reads on when the client has taken it. */
  private void stream(
      RoutingContext request, Progress<?, ?> progress, Buffer chunk, Reading reading) {
    HttpServerResponse response = request.response();
    if (progress.done && chunk.length() <= PIECE_BYTES) {
      reading.over();
      response.end(chunk);
      return;
    }
    Future<Void> taken = write(response, chunk, 0);
    if (progress.done) {
      taken
          .onSuccess(
              all -> {
                reading.over();
                response.end();
              })
          .onFailure(cause -> fail(request, reading, cause));
      return;
    }
    taken
        .compose(
            all -> {
              reading.taken();
              return reading.part(() -> progress.nextChunk().map(Body::toBuffer), Buffer::length);
            })
        .onSuccess(next -> stream(request, progress, next, reading))
        .onFailure(cause -> fail(request, reading, cause));
  }

  /** Succeeds when the client has taken all of it. */
  private static Future<Void> write(HttpServerResponse response, Buffer chunk, int from) {
    int length = Math.max(PIECE_BYTES, chunk.length() / MOST_PIECES);
    int to = Math.min(chunk.length(), from + length);
    Future<Void> piece = response.write(chunk.slice(from, to));
    return to == chunk.length() ? piece : piece.compose(taken -> write(response, chunk, to));
  }

  /**
   * Where a listing is cut off in its middle, resetting says so: it ends the connection, in HTTP/2
   * only the stream, since others may share the connection.
   */
  private static void fail(RoutingContext request, Reading reading, Throwable cause) {
    reading.over();
    if (request.response().ended() || request.response().closed()) {
      return; // it has been answered that it takes too long, or nobody is there
    }
    if (request.response().headWritten()) {
      request.response().reset(INTERNAL_ERROR);
    } else {
      request.fail(cause);
    }
  }
}
