package io.flowledger.query.history;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Listeners of a partition, those with equal subscriptions together. Used by one thread. */
final class TailListeners {

  private final Map<Subscription, Set<TailListener>> bySubscription = new HashMap<>();

  void add(TailListener listener) {
    bySubscription.computeIfAbsent(listener.subscription(), first -> new HashSet<>()).add(listener);
  }

  void remove(TailListener listener) {
    Set<TailListener> alike = bySubscription.get(listener.subscription());
    if (alike != null && alike.remove(listener) && alike.isEmpty()) {
      bySubscription.remove(listener.subscription());
    }
  }

  void clear() {
    bySubscription.clear();
  }

  boolean isEmpty() {
    return bySubscription.isEmpty();
  }

  long count() {
    return bySubscription.values().stream().mapToLong(Set::size).sum();
  }

  Set<Subscription> subscriptions() {
    return Set.copyOf(bySubscription.keySet());
  }

  /** Does something for each listener, on its context. */
  void forEach(Consumer<TailListener> step) {
    bySubscription
        .values()
        .forEach(
            alike ->
                alike.forEach(
                    listener -> listener.context().runOnContext(on -> step.accept(listener))));
  }

  /**
   * Does something for all listeners of some subscriptions, in one go on each context.
   *
   * @return succeeds when all contexts have done it
   */
  Future<?> forAll(
      Set<Subscription> subscriptions, BiConsumer<Subscription, List<TailListener>> step) {
    List<Future<?>> done = new ArrayList<>();
    byContext(subscriptions).forEach((context, here) -> done.add(on(context, here, step)));
    return Future.join(done);
  }

  private Map<Context, Map<Subscription, List<TailListener>>> byContext(
      Set<Subscription> subscriptions) {
    Map<Context, Map<Subscription, List<TailListener>>> byContext = new HashMap<>();
    for (Subscription subscription : subscriptions) {
      for (TailListener listener : bySubscription.getOrDefault(subscription, Set.of())) {
        byContext
            .computeIfAbsent(listener.context(), first -> new HashMap<>())
            .computeIfAbsent(subscription, first -> new ArrayList<>())
            .add(listener);
      }
    }
    return byContext;
  }

  private static Future<Void> on(
      Context context,
      Map<Subscription, List<TailListener>> listeners,
      BiConsumer<Subscription, List<TailListener>> step) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        on -> {
          try {
            listeners.forEach(step);
          } finally {
            done.complete();
          }
        });
    return done.future();
  }
}
