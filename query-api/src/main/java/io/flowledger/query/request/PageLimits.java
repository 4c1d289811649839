package io.flowledger.query.request;

/**
 * Limits of the pages of listings.
 *
 * @param defaultRows of a page that does not say how many it wants
 * @param maxRows of a page at most
 */
public record PageLimits(int defaultRows, int maxRows) {

  public static PageLimits defaults() {
    return new PageLimits(50, 500);
  }
}
