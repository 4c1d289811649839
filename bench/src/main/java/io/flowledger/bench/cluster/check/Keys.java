package io.flowledger.bench.cluster.check;

import io.flowledger.bench.cluster.check.Call.Keyed;
import io.flowledger.bench.cluster.check.Violation.Kind;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** All requests with one idempotency key are told of the same object. */
final class Keys implements Rule {

  @Override
  public void check(History history, Consumer<Violation> found) {
    history
        .by(Keyed.class)
        .forEach(
            (key, calls) -> {
              Set<String> results = new TreeSet<>();
              for (Keyed call : calls) {
                if (results.add(call.result()) && results.size() > 1) {
                  found.accept(
                      new Violation(
                          Kind.GIVEN_TWICE,
                          key,
                          call.span().returned(),
                          "one key has made each of " + results));
                }
              }
            });
  }
}
