package io.flowledger.bench.cluster.check;

import java.util.function.Consumer;

/** One thing that every history keeps. */
interface Rule {

  void check(History history, Consumer<Violation> found);
}
