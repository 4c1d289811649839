package io.flowledger.query.search;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.row.IndexedValue;
import io.flowledger.query.filter.Filters;
import io.flowledger.query.filter.RegularExpression;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The values that a search is for. As in the filters of the listings, {@code sw}, {@code co} and
 * {@code li} take small letters and capitals for the same; {@code eq} and regular expressions,
 * which have a flag for it, do not.
 *
 * @param only the one value that matches, where there is one only
 * @param matches whether a value is wanted
 * @param begins whether a wanted value may begin like this
 */
record ValueMatch(Optional<String> only, Predicate<String> matches, Predicate<String> begins) {

  /**
   * @throws RefusedException 400 when the operator is unknown or the value is none for it
   */
  static ValueMatch of(String operator, String value) {
    return switch (operator) {
      case "eq" -> new ValueMatch(Optional.of(value), value::equals, text -> true);
      case "sw" -> startingWith(value.toLowerCase(Locale.ROOT));
      case "co", "li" -> anyOf(Filters.onText(operator, value.toLowerCase(Locale.ROOT)));
      case "re" -> anyOf(RegularExpression.finder(value));
      default ->
          throw RefusedException.malformed(
              "op must be one of eq, sw, co, li, re, not '" + operator + "'");
    };
  }

  private static ValueMatch startingWith(String start) {
    String lenient = withoutFinalSigma(start);
    return new ValueMatch(
        Optional.empty(),
        Filters.onText("sw", start),
        text -> {
          String beginning = withoutFinalSigma(text.toLowerCase(Locale.ROOT));
          return beginning.startsWith(lenient) || lenient.startsWith(beginning);
        });
  }

  /** The one letter whose small form depends on what comes after it. */
  private static String withoutFinalSigma(String text) {
    return text.replace('ς', 'σ');
  }

  private static ValueMatch anyOf(Predicate<String> matches) {
    return new ValueMatch(Optional.empty(), matches, text -> true);
  }

  /** Whether the value may be one that is wanted, as far as the index knows it. */
  boolean mayBe(IndexedValue value) {
    return value.whole() ? matches.test(value.text()) : begins.test(value.text());
  }
}
