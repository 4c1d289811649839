package io.flowledger.http.forward;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.View;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;

/**
 * The view of another node that this one keeps a copy of, for requests that need not be answered by
 * the node that answers for it: which ones, the client says.
 */
public final class Replica {

  /** Header of a read: a position that its answer has to contain. */
  public static final String MIN_POSITION = "Flowledger-Min-Position";

  static final String CONSISTENCY = "Flowledger-Consistency";

  private static final String KEY = Replica.class.getName();

  /** What a client asks for. */
  enum Consistency {
    /** All that was acknowledged before: the default. */
    OWNER,
    /** The same from any copy, once it has what the log has. */
    ANY,
    /** Whatever a copy has. */
    EVENTUAL
  }

  private Replica() {}

  /** The copy that a request is to be answered from; empty for the views of this node. */
  public static Optional<View> of(RoutingContext request) {
    return Optional.ofNullable(request.get(KEY));
  }

  /**
   * Whether the client does not insist on the owner, so that it has to be told what it has got.
   *
   * @throws RefusedException 400 when nobody knows what is asked for
   */
  public static boolean isWelcome(RoutingContext request) {
    return wanted(request) != Consistency.OWNER;
  }

  static void put(RoutingContext request, View view) {
    request.put(KEY, view);
  }

  /**
   * @throws RefusedException 400 when nobody knows what is asked for
   */
  static Consistency wanted(RoutingContext request) {
    String text = request.request().getHeader(CONSISTENCY);
    if (text == null) {
      return Consistency.OWNER;
    }
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "owner" -> Consistency.OWNER;
      case "any" -> Consistency.ANY;
      case "eventual" -> Consistency.EVENTUAL;
      default ->
          throw RefusedException.malformed(
              CONSISTENCY + " is owner, any or eventual, not '" + text + "'");
    };
  }
}
