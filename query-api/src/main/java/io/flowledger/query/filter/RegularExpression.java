package io.flowledger.query.filter;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Patience;
import java.util.function.Predicate;

/**
 * Regular expressions of requests. They run in time linear to the text, whatever they are (RE2);
 * the memory that they take, and the depth of the stack that they run on, are linear to their size,
 * which is bounded. What they take for one request is bounded too, see {@link Patience}.
 */
public final class RegularExpression {

  private static final int LONGEST = 1000;
  private static final int LARGEST = 5000;

  private RegularExpression() {}

  /**
   * Tells the texts that the expression is found in, anywhere.
   *
   * @throws RefusedException 400 when the expression is none, or too large
   */
  public static Predicate<String> finder(String expression) {
    if (expression.length() > LONGEST) {
      throw RefusedException.malformed(
          "the regular expression is longer than " + LONGEST + " characters");
    }
    if (ExpressionSize.of(expression) > LARGEST) {
      throw tooLarge();
    }
    try {
      Pattern compiled = Pattern.compile(expression);
      if (compiled.programSize() > LARGEST) {
        throw tooLarge();
      }
      int size = compiled.programSize();
      return text -> isFoundIn(text, compiled, size);
    } catch (PatternSyntaxException e) {
      throw RefusedException.malformed(
          "invalid regular expression '%s': %s".formatted(expression, e.getDescription()));
    }
  }

  private static boolean isFoundIn(String text, Pattern compiled, int size) {
    Patience.check();
    return compiled.matcher(new WatchedText(text, size)).find();
  }

  private static RefusedException tooLarge() {
    return RefusedException.malformed(
        "the regular expression is too large when its repeats are written out");
  }
}
