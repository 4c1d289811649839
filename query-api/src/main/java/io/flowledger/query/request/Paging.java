package io.flowledger.query.request;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.MultiMap;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The page that a request asks for.
 *
 * @param limit rows at most
 * @param cursor text of the cursor that it goes on from
 */
public record Paging(int limit, Optional<String> cursor) {

  private static final String LIMIT = "_limit";
  private static final String CURSOR = "_cursor";

  /**
   * The page that is asked for; empty when the whole listing is.
   *
   * @param filtered whether the request has filters, which ask for a page too
   * @throws RefusedException 400 when the limit is none
   */
  public static Optional<Paging> of(MultiMap parameters, boolean filtered, PageLimits limits) {
    String limit = parameters.get(LIMIT);
    String cursor = parameters.get(CURSOR);
    return limit == null && cursor == null && !filtered
        ? Optional.empty()
        : Optional.of(always(parameters, limits));
  }

  /**
   * The page that is asked for, of a listing that is only given in pages.
   *
   * @throws RefusedException 400 when the limit is none
   */
  public static Paging always(MultiMap parameters, PageLimits limits) {
    String limit = parameters.get(LIMIT);
    int rows =
        limit == null || limit.isEmpty()
            ? limits.defaultRows()
            : parse(limit).min(BigInteger.valueOf(limits.maxRows())).intValue();
    return new Paging(
        rows, Optional.ofNullable(parameters.get(CURSOR)).filter(text -> !text.isEmpty()));
  }

  /** Whether a parameter of a request says which page is asked for. */
  public static boolean isOne(String parameter) {
    return parameter.equals(LIMIT) || parameter.equals(CURSOR);
  }

  /** The parameters that ask for it. */
  public Map<String, String> parameters() {
    Map<String, String> parameters = new TreeMap<>();
    parameters.put(LIMIT, Integer.toString(limit));
    cursor.ifPresent(text -> parameters.put(CURSOR, text));
    return parameters;
  }

  private static BigInteger parse(String limit) {
    try {
      BigInteger rows = new BigInteger(limit.strip());
      if (rows.signum() >= 0) {
        return rows;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw RefusedException.malformed(
        LIMIT + " must be an integer of at least 0, not '" + limit + "'");
  }
}
