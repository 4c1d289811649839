package io.flowledger.bench.cluster.check;

import io.flowledger.bench.cluster.check.Call.Addition;
import io.flowledger.bench.cluster.check.Call.Listing;
import io.flowledger.bench.cluster.check.Violation.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A collection that only grows has every element that was acknowledged or listed before, and each
 * no more often than it was sent.
 */
final class Collected implements Rule {

  @Override
  public void check(History history, Consumer<Violation> found) {
    Map<String, List<Addition>> additions = history.by(Addition.class);
    Map<String, List<Listing>> listings = history.by(Listing.class);
    listings.forEach(
        (identity, of) -> {
          Map<String, Element> elements = elements(additions.getOrDefault(identity, List.of()));
          check(identity, elements, of, found);
        });
    additions.forEach(
        (identity, of) -> {
          if (!listings.containsKey(identity) && of.stream().anyMatch(a -> !a.span().isOpen())) {
            found.accept(
                new Violation(
                    Kind.LOST_WRITE,
                    identity,
                    of.get(0).span().invoked(),
                    "acknowledged, and not read afterwards"));
          }
        });
  }

  /** What is known of an element. */
  private static final class Element {
    final List<Long> sent = new ArrayList<>();
    boolean once;
    long known = Span.OPEN; // when it was acknowledged, or listed, for the first time
    long lastListed = Long.MIN_VALUE;

    /** How often it can be there at most, for whoever is answered at a time. */
    long most(long returned) {
      long begun = sent.stream().filter(invoked -> invoked < returned).count();
      return once ? Math.min(1, begun) : begun;
    }
  }

  private static Map<String, Element> elements(List<Addition> additions) {
    Map<String, Element> elements = new HashMap<>();
    for (Addition addition : additions) {
      Element element = elements.computeIfAbsent(addition.element(), name -> new Element());
      element.sent.add(addition.span().invoked());
      element.once |= addition.once();
      element.known = Math.min(element.known, addition.span().returned());
    }
    return elements;
  }

  private static void check(
      String identity,
      Map<String, Element> elements,
      List<Listing> listings,
      Consumer<Violation> found) {
    for (Listing listing : listings) {
      listing.elements().keySet().stream()
          .map(elements::get)
          .filter(element -> element != null)
          .forEach(
              element -> {
                element.known = Math.min(element.known, listing.span().returned());
                element.lastListed = Math.max(element.lastListed, listing.span().invoked());
              });
    }
    for (Listing listing : listings) {
      Span span = listing.span();
      listing
          .elements()
          .forEach(
              (name, count) -> {
                Element element = elements.get(name);
                if (element == null || element.most(span.returned()) == 0) {
                  found.accept(
                      new Violation(Kind.NEVER_WRITTEN, identity, span.returned(), "has " + name));
                } else if (count > element.most(span.returned())) {
                  found.accept(
                      new Violation(
                          Kind.GIVEN_TWICE,
                          identity,
                          span.returned(),
                          "%s is there %d times".formatted(name, count)));
                }
              });
      elements.forEach(
          (name, element) -> {
            if (element.known < span.invoked() && !listing.elements().containsKey(name)) {
              found.accept(
                  new Violation(
                      element.lastListed > span.invoked() ? Kind.STALE_READ : Kind.LOST_WRITE,
                      identity,
                      span.returned(),
                      name + " is missing after it was acknowledged"));
            }
          });
    }
    long last =
        listings.stream()
            .max(Comparator.comparingLong(listing -> listing.span().invoked()))
            .map(listing -> listing.span().invoked())
            .orElse(Long.MIN_VALUE);
    elements.forEach(
        (name, element) -> {
          if (element.known != Span.OPEN
              && element.known > last
              && element.lastListed == Long.MIN_VALUE) {
            found.accept(
                new Violation(
                    Kind.LOST_WRITE,
                    identity,
                    element.known,
                    name + " was acknowledged, and not read afterwards"));
          }
        });
  }
}
