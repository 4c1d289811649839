package io.flowledger.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text with places to fill in: <code>${name}</code> is a value of a list, the next one in every
 * request; <code>${n}</code> is a number that no other request has.
 *
 * @param parts literal text and places in turns
 */
public record Template(List<Part> parts) {

  private static final Pattern PLACE = Pattern.compile("\\$\\{([a-z]+)}");
  private static final String NUMBER = "n";

  /** A piece of the text. */
  sealed interface Part {
    /** Text that stays. */
    record Literal(String text) implements Part {}

    /** One of several texts. */
    record OneOf(String name, List<String> values) implements Part {}

    /** The number of the request. */
    record Number() implements Part {}
  }

  /**
   * @param values by name of the place
   */
  public static Template of(String text, Map<String, List<String>> values) {
    List<Part> parts = new ArrayList<>();
    Matcher place = PLACE.matcher(text);
    int end = 0;
    while (place.find()) {
      if (place.start() > end) {
        parts.add(new Part.Literal(text.substring(end, place.start())));
      }
      parts.add(part(place.group(1), values));
      end = place.end();
    }
    if (end < text.length() || parts.isEmpty()) {
      parts.add(new Part.Literal(text.substring(end)));
    }
    return new Template(List.copyOf(parts));
  }

  private static Part part(String name, Map<String, List<String>> values) {
    if (name.equals(NUMBER)) {
      return new Part.Number();
    }
    List<String> of = values.get(name);
    if (of == null || of.isEmpty()) {
      throw new IllegalArgumentException("no values for ${" + name + "}");
    }
    return new Part.OneOf(name, of);
  }

  /** Whether every request has the same text. */
  boolean constant() {
    return parts.stream().allMatch(Part.Literal.class::isInstance);
  }

  /**
   * @param round chooses among values
   * @param number that no other request has
   */
  String fill(long round, long number) {
    if (parts.size() == 1 && parts.get(0) instanceof Part.Literal literal) {
      return literal.text();
    }
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Part.Literal literal) {
        text.append(literal.text());
      } else if (part instanceof Part.OneOf oneOf) {
        text.append(oneOf.values().get((int) (round % oneOf.values().size())));
      } else {
        text.append(number);
      }
    }
    return text.toString();
  }
}
