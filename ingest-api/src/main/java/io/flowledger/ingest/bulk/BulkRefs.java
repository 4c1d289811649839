package io.flowledger.ingest.bulk;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.bulk.NamedObject.Run;
import io.flowledger.ingest.bulk.NamedObject.Task;
import io.flowledger.schemas.Identifier;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the entries of a request call the runs and tasks that they register. */
final class BulkRefs {

  private static final String REF = "$";
  private static final String ESCAPED = "$$";

  /** What has a ref: a run or a task; or why it is neither. */
  record Named(@Nullable Run run, @Nullable Task task, @Nullable RefusedException refused) {}

  private final Map<String, Named> refs = new HashMap<>();

  /**
   * @throws RefusedException 400 when an earlier entry has taken the ref
   */
  void checkFree(Optional<String> ref) {
    if (ref.isPresent() && refs.containsKey(ref.get())) {
      throw RefusedException.malformed("an earlier entry has the ref " + ref.get());
    }
  }

  void call(Optional<String> ref, Run run) {
    ref.ifPresent(name -> refs.put(name, new Named(run, null, null)));
  }

  void call(Optional<String> ref, Task task) {
    ref.ifPresent(name -> refs.put(name, new Named(null, task, null)));
  }

  /** Whatever refers to it from now on is refused. */
  void refuse(String ref, RefusedException because) {
    refs.putIfAbsent(ref, new Named(null, null, because));
  }

  /**
   * What a text refers to; empty where it is no ref.
   *
   * @throws RefusedException 400 when no earlier entry has it; 424 when that one is rejected
   */
  Optional<Named> find(String text) {
    Optional<String> ref = in(text);
    if (ref.isEmpty()) {
      return Optional.empty();
    }
    Named named = refs.get(ref.get());
    if (named == null) {
      throw RefusedException.malformed("no earlier entry has the ref of " + text);
    }
    if (named.refused() != null) {
      throw named.refused();
    }
    return Optional.of(named);
  }

  /** The ref that a text is; empty where it is a name or number. */
  static Optional<String> in(String text) {
    return text.startsWith(REF) && !text.startsWith(ESCAPED)
        ? Optional.of(text.substring(REF.length()))
        : Optional.empty();
  }

  /** A run or task by its name or number. */
  static Identifier unescaped(String text) {
    return Identifier.parse(text.startsWith(ESCAPED) ? text.substring(REF.length()) : text);
  }
}
