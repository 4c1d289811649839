package io.flowledger.deploy.copy;

import io.flowledger.schemas.topic.Topics;
import java.util.Locale;
import java.util.function.Function;

/**
 * The topics of a log, in the order in which their ends are looked up: what is in one of them may
 * refer to what is in those behind it, so that no reference is copied without what it refers to.
 */
enum CopiedTopic {
  DEAD_LETTERS(Topics::deadLetters, false),
  EVENTS(Topics::events, false),
  HEARTBEATS(Topics::heartbeats, true),
  IDS(Topics::ids, false),
  SCHEMAS(Topics::schemas, true);

  private final Function<Topics, String> name;
  private final boolean compacted;

  CopiedTopic(Function<Topics, String> name, boolean compacted) {
    this.name = name;
    this.compacted = compacted;
  }

  String name(Topics topics) {
    return name.apply(topics);
  }

  /** Whether only the last record of a key counts; otherwise every record does, in its order. */
  boolean isCompacted() {
    return compacted;
  }

  /** How many partitions it has: those of the log, or one. */
  int partitions(Topics topics) {
    return this == EVENTS || this == HEARTBEATS ? topics.partitions() : 1;
  }

  /** As people read it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
