package io.flowledger.query;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.function.Predicate;

/**
 * Regular expressions of requests. They run in time linear to the text, whatever they are (RE2).
 */
final class RegularExpression {

  private static final int LONGEST = 1000;

  private RegularExpression() {}

  /**
   * Tells the texts that the expression is found in, anywhere.
   *
   * @throws io.vertx.ext.web.handler.HttpException 400 when the expression is none
   */
  static Predicate<String> finder(String expression) {
    if (expression.length() > LONGEST) {
      throw Invalid.request("the regular expression is longer than " + LONGEST + " characters");
    }
    try {
      Pattern compiled = Pattern.compile(expression);
      return text -> compiled.matcher(text).find();
    } catch (PatternSyntaxException e) {
      throw Invalid.request(
          "invalid regular expression '%s': %s".formatted(expression, e.getDescription()));
    }
  }
}
