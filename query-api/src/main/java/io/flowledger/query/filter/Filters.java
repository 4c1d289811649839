package io.flowledger.query.filter;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Patience;
import io.vertx.core.MultiMap;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The filters of a listing: {@code field[:op]=v1,v2}, where values are alternatives and parameters
 * add up. What a row does not have is null, and null matches nothing but a question for null, as in
 * SQL.
 *
 * @param <T> rows
 */
public final class Filters<T> {

  private static final String NULL = "null";

  // To look for a long part in a long text may take as long as both lengths multiplied.
  private static final int LONGEST_PART = 1000;

  private static final Set<String> OPERATORS =
      Set.of("eq", "ne", "lt", "le", "gt", "ge", "co", "sw", "ew", "li", "is");
  private static final Set<String> ON_TEXT = Set.of("co", "sw", "ew", "li");

  private static final Set<String> STATUSES = Set.of("running", "completed", "failed");

  /** What kind of values a field has, and so which a request may compare it with. */
  public enum Kind {
    TEXT,
    INTEGER,
    TIME,
    STATUS
  }

  /**
   * A field that can be filtered by.
   *
   * @param apart whether it is not in the row itself, so that it takes time to get
   * @param value of a row as text; empty for null
   */
  public record Field<T>(Kind kind, boolean apart, Function<T, Optional<String>> value) {
    public Field(Kind kind, Function<T, Optional<String>> value) {
      this(kind, false, value);
    }
  }

  private final Deque<Predicate<T>> predicates = new ArrayDeque<>(); // those on rows alone first
  private boolean byStatus;

  private Filters() {}

  /**
   * The filters among the parameters of a request; parameters that name no field are ignored.
   *
   * @throws RefusedException 400 when one makes no sense
   */
  public static <T> Filters<T> of(MultiMap parameters, Map<String, Field<T>> fields) {
    Filters<T> filters = new Filters<>();
    for (Map.Entry<String, String> parameter : parameters) {
      int colon = parameter.getKey().indexOf(':');
      String name = colon < 0 ? parameter.getKey() : parameter.getKey().substring(0, colon);
      String operator = colon < 0 ? "eq" : parameter.getKey().substring(colon + 1);
      Field<T> field = fields.get(name);
      if (field != null && !operator.isEmpty()) {
        filters.add(name, field, operator, values(parameter.getValue()));
      }
    }
    return filters;
  }

  public static List<String> values(String parameter) {
    return Arrays.asList(parameter.split(",", -1));
  }

  public boolean isEmpty() {
    return predicates.isEmpty();
  }

  /** Whether one of them is on the status, which is then shown. */
  public boolean byStatus() {
    return byStatus;
  }

  public boolean matches(T row) {
    for (Predicate<T> predicate : predicates) {
      if (!predicate.test(row)) {
        return false;
      }
    }
    return true;
  }

  /** Adds one that needs nothing but the row. */
  public void add(Predicate<T> predicate) {
    predicates.addFirst(predicate);
  }

  private void add(String name, Field<T> field, String operator, List<String> values) {
    if (!OPERATORS.contains(operator)) {
      throw RefusedException.malformed(
          "unsupported operator '%s' for field '%s'".formatted(operator, name));
    }
    byStatus |= field.kind() == Kind.STATUS;
    List<Predicate<Optional<String>>> alternatives =
        values.stream().map(value -> predicate(name, field.kind(), operator, value)).toList();
    boolean none = operator.equals("ne");
    Predicate<T> predicate =
        row -> {
          Optional<String> actual = field.value().apply(row);
          return none
              ? alternatives.stream().allMatch(test -> test.test(actual))
              : alternatives.stream().anyMatch(test -> test.test(actual));
        };
    if (field.apart()) {
      predicates.addLast(predicate);
    } else {
      predicates.addFirst(predicate);
    }
  }

  private static Predicate<Optional<String>> predicate(
      String name, Kind kind, String operator, String value) {
    if (value.equals(NULL)) {
      return operator.equals("ne") ? Optional::isPresent : Optional::isEmpty;
    }
    if (operator.equals("is")) {
      throw RefusedException.malformed(
          "operator 'is' of field '%s' takes null only, got '%s'".formatted(name, value));
    }
    if (kind == Kind.STATUS) {
      checkStatus(value);
    }
    Predicate<String> test =
        ON_TEXT.contains(operator)
            ? onText(operator, value.toLowerCase(Locale.ROOT))
            : comparison(name, kind, operator, value);
    return actual -> actual.isPresent() && test.test(actual.get());
  }

  private static void checkStatus(String value) {
    if (!STATUSES.contains(value)) {
      throw RefusedException.malformed("unsupported status filter: " + value);
    }
  }

  private static Predicate<String> comparison(
      String name, Kind kind, String operator, String value) {
    if (kind == Kind.TEXT || kind == Kind.STATUS) {
      return switch (operator) {
        case "eq" -> value::equals;
        case "ne" -> actual -> !value.equals(actual);
        default -> actual -> holds(operator, compareByCodePoint(actual, value));
      };
    }
    BigInteger number = integer(name, kind, value);
    return actual -> holds(operator, new BigInteger(actual).compareTo(number));
  }

  private static BigInteger integer(String name, Kind kind, String value) {
    try {
      return new BigInteger(value.strip());
    } catch (NumberFormatException e) {
      throw RefusedException.malformed(
          "invalid %s: expected integer%s, got '%s'"
              .formatted(name, kind == Kind.TIME ? " epoch milliseconds" : "", value));
    }
  }

  private static boolean holds(String operator, int comparison) {
    return switch (operator) {
      case "eq" -> comparison == 0;
      case "ne" -> comparison != 0;
      case "lt" -> comparison < 0;
      case "le" -> comparison <= 0;
      case "gt" -> comparison > 0;
      case "ge" -> comparison >= 0;
      default -> false;
    };
  }

  private static int compareByCodePoint(String a, String b) {
    return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
  }

  /**
   * What small letters and capitals make no difference to.
   *
   * @param value in small letters
   * @throws RefusedException 400 when a part to look for is too long
   */
  public static Predicate<String> onText(String operator, String value) {
    if (operator.equals("co") && value.length() > LONGEST_PART) {
      throw RefusedException.malformed(
          "what a text is to contain is longer than " + LONGEST_PART + " characters");
    }
    Predicate<String> test =
        switch (operator) {
          case "co" -> text -> text.contains(value);
          case "sw" -> text -> text.startsWith(value);
          case "ew" -> text -> text.endsWith(value);
          default -> text -> Like.matches(value, text);
        };
    return actual -> {
      Patience.check();
      return test.test(actual.toLowerCase(Locale.ROOT));
    };
  }
}
