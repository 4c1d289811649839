package io.flowledger.bench.cluster.check;

import io.flowledger.bench.cluster.check.Call.Numbered;
import io.flowledger.bench.cluster.check.Violation.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** A number of a sequence is given to one object. */
final class Numbers implements Rule {

  @Override
  public void check(History history, Consumer<Violation> found) {
    history
        .by(Numbered.class)
        .forEach(
            (sequence, calls) -> {
              Map<Long, String> owners = new HashMap<>();
              for (Numbered call : calls) {
                String owner = owners.putIfAbsent(call.number(), call.owner());
                if (owner != null && !owner.equals(call.owner())) {
                  found.accept(
                      new Violation(
                          Kind.REUSED_NUMBER,
                          sequence,
                          call.span().returned(),
                          "%d was given to %s and to %s"
                              .formatted(call.number(), owner, call.owner())));
                }
              }
            });
  }
}
