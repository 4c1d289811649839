package io.flowledger.query.answer;

import io.flowledger.projector.row.RowVisitor;
import io.flowledger.query.request.Reading;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far the writing of a listing is; used by one thread at a time. */
final class Progress<T, C> {

  private static final int CHUNK_BYTES = Reading.PART_BYTES;
  private static final int LITTLE = 4 << 10;

  /** How much of a listing is told. */
  enum Extent {
    WHOLE,
    /** So many rows. */
    PAGE,
    /** So many rows, or fewer where they are long: no more than is written at a time. */
    PART
  }

  private final ListFormat format;
  private final Listing<T, C> listing;
  private final Duration slice;
  private final long limit;
  private Optional<C> last;
  private long shown;
  private boolean done;
  private @Nullable Chunk chunk; // that has been begun, and goes on after this place
  private Optional<C> next;

  private final Extent extent;

  // of pages
  private boolean readingAhead;
  private long found;
  private Optional<C> pageEnd = Optional.empty();

  Progress(
      ListFormat format,
      Listing<T, C> listing,
      Duration slice,
      long limit,
      Extent extent,
      Optional<C> after) {
    this.format = format;
    this.listing = listing;
    this.slice = slice;
    this.limit = limit;
    this.extent = extent;
    this.readingAhead = extent == Extent.PAGE;
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
        json.keep(); // others have their turn on this thread
        chunk = current;
        next = left;
        return Optional.empty();
      }
      last = left.or(() -> last);
      done = left.isEmpty() && (!current.full || shown == limit);
      if (extent == Extent.PART) {
        pageEnd = done && !current.full ? Optional.empty() : last;
        done = true;
      }
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

  ListFormat format() {
    return format;
  }

  /** Whether all has been written. */
  boolean isDone() {
    return done;
  }

  /** Place of the last row of the page, where more come after it. */
  Optional<C> cursor() {
    return found > limit || extent == Extent.PART ? pageEnd : Optional.empty();
  }
}
