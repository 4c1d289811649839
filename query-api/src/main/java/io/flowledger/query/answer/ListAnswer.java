package io.flowledger.query.answer;

import io.flowledger.http.forward.OtherNodes;
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

/**
 * Answers with a listing. Rows are read in stretches on a few threads of their own and written as
 * fast as the client takes them, so memory does not grow with the listing. How many listings are
 * under way is bounded.
 */
public final class ListAnswer {

  private static final String LIMIT = "X-Limit";

  // The network copies what it is given, so it is given a little at a time.
  private static final int PIECE_BYTES = 32 << 10;
  private static final int MOST_PIECES = 64;

  private static final long INTERNAL_ERROR = 2; // of HTTP/2, RFC 9113 section 7

  private static final Duration SLICE = Duration.ofMillis(50);

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

  /** Answers with all rows. */
  public <T, C> void whole(RoutingContext request, ListFormat format, Listing<T, C> listing) {
    answer(
        request,
        new Progress<>(
            format, listing, slice, Long.MAX_VALUE, Progress.Extent.WHOLE, Optional.empty()),
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
    MultiMap headers = HttpHeaders.headers().add(LIMIT, Integer.toString(paging.limit()));
    answer(
        request,
        new Progress<>(format, listing, slice, paging.limit(), Progress.Extent.PAGE, after),
        headers,
        cursor);
  }

  /**
   * Answers with one page, or with less of it, where its rows are long. Whether more comes is said
   * by the cursor alone: behind it there may be nothing.
   */
  public <T, C> void part(
      RoutingContext request,
      ListFormat format,
      Paging paging,
      Listing<T, C> listing,
      Optional<C> after,
      Function<C, String> cursor) {
    answer(
        request,
        new Progress<>(format, listing, slice, paging.limit(), Progress.Extent.PART, after),
        HttpHeaders.headers(),
        cursor);
  }

  private <C> void answer(
      RoutingContext request,
      Progress<?, C> progress,
      MultiMap headers,
      Function<C, String> cursor) {
    answer(
        request,
        progress,
        () -> {
          progress
              .cursor()
              .ifPresent(place -> headers.add(OtherNodes.NEXT_CURSOR, cursor.apply(place)));
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
          progress.isDone() ? Optional.of(json.tag(all.entries().toString())) : Optional.empty();
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
    response.putHeader(HttpHeaders.CONTENT_TYPE, progress.format().contentType());
    if (request.request().method().equals(HttpMethod.HEAD)) {
      reading.over();
      response.end();
      return;
    }
    if (progress.isDone()) {
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
    if (progress.isDone() && chunk.length() <= PIECE_BYTES) {
      reading.over();
      response.end(chunk);
      return;
    }
    Future<Void> taken = write(response, chunk, 0);
    if (progress.isDone()) {
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
