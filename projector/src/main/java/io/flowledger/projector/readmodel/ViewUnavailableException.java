package io.flowledger.projector.readmodel;

import io.flowledger.schemas.Position;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A view cannot be read here now: it is restoring, moving, elsewhere, or too far behind. */
public final class ViewUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Position missing;

  public ViewUnavailableException(String message) {
    this(message, null);
  }

  private ViewUnavailableException(String message, @Nullable Position missing) {
    super(message, null, false, false);
    this.missing = missing;
  }

  /** The view has not come to a position that somebody was told of. */
  public static ViewUnavailableException behind(Position promised) {
    return new ViewUnavailableException(
        "the view of partition %d has not come to %s yet, try again"
            .formatted(promised.partition(), promised),
        promised);
  }

  /** The position that it has to come to, if that is all that is in the way. */
  public Optional<Position> missing() {
    return Optional.ofNullable(missing);
  }
}
