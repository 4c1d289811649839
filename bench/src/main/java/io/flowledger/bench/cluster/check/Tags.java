package io.flowledger.bench.cluster.check;

import io.flowledger.bench.cluster.check.Call.TagChange;
import io.flowledger.bench.cluster.check.Call.TagsSeen;
import io.flowledger.bench.cluster.check.Violation.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The tags of a run are a set: one that was added is seen until somebody begins to remove it, and
 * one that was removed is not seen again, unless an attempt to add it is open still.
 */
final class Tags implements Rule {

  /** What is known of one tag. */
  private static final class Tag {
    long sent = Span.OPEN; // the first attempt to add it
    long known = Span.OPEN; // acknowledged, or seen
    boolean openAddition;
    long removing = Span.OPEN; // the first attempt to remove it
    long removed = Span.OPEN; // a removal was acknowledged
  }

  @Override
  public void check(History history, Consumer<Violation> found) {
    Map<String, List<TagChange>> changes = history.by(TagChange.class);
    history
        .by(TagsSeen.class)
        .forEach(
            (run, seen) -> check(run, tags(changes.getOrDefault(run, List.of())), seen, found));
  }

  private static Map<String, Tag> tags(List<TagChange> changes) {
    Map<String, Tag> tags = new HashMap<>();
    for (TagChange change : changes) {
      Tag tag = tags.computeIfAbsent(change.tag(), name -> new Tag());
      if (change.add()) {
        tag.sent = Math.min(tag.sent, change.span().invoked());
        tag.known = Math.min(tag.known, change.span().returned());
        tag.openAddition |= change.span().isOpen();
      } else {
        tag.removing = Math.min(tag.removing, change.span().invoked());
        tag.removed = Math.min(tag.removed, change.span().returned());
      }
    }
    return tags;
  }

  private static void check(
      String run, Map<String, Tag> tags, List<TagsSeen> seen, Consumer<Violation> found) {
    for (TagsSeen read : seen) {
      for (String name : read.tags()) {
        Tag tag = tags.get(name);
        if (tag != null) {
          tag.known = Math.min(tag.known, read.span().returned());
        }
      }
    }
    Set<String> everSeen = new HashSet<>();
    seen.forEach(read -> everSeen.addAll(read.tags()));
    for (TagsSeen read : seen) {
      long at = read.span().returned();
      for (String name : read.tags()) {
        Tag tag = tags.get(name);
        if (tag == null || tag.sent > at) {
          found.accept(new Violation(Kind.NEVER_WRITTEN, run, at, "has the tag " + name));
        } else if (!tag.openAddition && tag.removed < read.span().invoked()) {
          found.accept(
              new Violation(Kind.STALE_READ, run, at, "has the tag " + name + " that was removed"));
        }
      }
      tags.forEach(
          (name, tag) -> {
            boolean must = tag.known < read.span().invoked() && tag.removing > at;
            if (must && !read.tags().contains(name)) {
              found.accept(
                  new Violation(
                      everSeen.contains(name) ? Kind.STALE_READ : Kind.LOST_WRITE,
                      run,
                      at,
                      "has no tag " + name + " after it was acknowledged"));
            }
          });
    }
  }
}
