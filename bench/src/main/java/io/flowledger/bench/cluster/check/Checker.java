package io.flowledger.bench.cluster.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Decides whether a history can be that of one log that loses nothing: each identity for itself,
 * which keeps checking linear. Calls without an answer may have taken effect at any time after they
 * were sent, or never.
 */
public final class Checker {

  private static final List<Rule> RULES =
      List.of(
          new Registers(),
          new Collected(),
          new Tags(),
          new Keys(),
          new Numbers(),
          new Beats(),
          new Tails(),
          new Copies());

  private Checker() {}

  /** All violations, the earliest first. */
  public static List<Violation> check(History history) {
    List<Violation> violations = new ArrayList<>();
    RULES.forEach(rule -> rule.check(history, violations::add));
    violations.sort(Comparator.comparingLong(Violation::at));
    return violations;
  }
}
