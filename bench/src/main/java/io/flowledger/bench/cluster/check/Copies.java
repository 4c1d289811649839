package io.flowledger.bench.cluster.check;

import io.flowledger.bench.cluster.check.Call.Copy;
import io.flowledger.bench.cluster.check.Violation.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** When nothing is written any more, all nodes answer the same bytes. */
final class Copies implements Rule {

  @Override
  public void check(History history, Consumer<Violation> found) {
    history
        .by(Copy.class)
        .forEach(
            (path, copies) -> {
              Map<String, TreeSet<String>> nodes = new TreeMap<>();
              for (Copy copy : copies) {
                nodes.computeIfAbsent(copy.digest(), digest -> new TreeSet<>()).add(copy.node());
              }
              if (nodes.size() > 1) {
                found.accept(
                    new Violation(
                        Kind.DIFFERENT_BYTES,
                        path,
                        copies.get(0).span().returned(),
                        "answered differently by " + List.copyOf(nodes.values())));
              }
            });
  }
}
