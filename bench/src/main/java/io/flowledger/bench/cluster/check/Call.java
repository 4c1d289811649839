package io.flowledger.bench.cluster.check;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One thing that a client did and what it was told. */
public sealed interface Call {

  /** What it is about; calls about different identities are checked apart from each other. */
  String identity();

  Span span();

  /** What an attempt to create an object was told. */
  enum Outcome {
    /** Made by this attempt. */
    WON,
    /** There already. */
    EXISTS,
    /** No answer, or none that says whether it was carried out. */
    UNKNOWN
  }

  /**
   * An attempt to create an object: the first one in the log has it for ever.
   *
   * @param marker of this attempt, or of all attempts that carry one idempotency key
   */
  record Creation(String identity, String marker, Span span, Outcome outcome) implements Call {}

  /**
   * A read of one object.
   *
   * @param marker that it carries; empty where it was said that there is no such object
   */
  record Sighting(String identity, Span span, Optional<String> marker) implements Call {}

  /**
   * An attempt to add an element to a collection that only grows; open where it is not known what
   * became of it.
   *
   * @param once whether the element is there once however often it is sent
   */
  record Addition(String identity, String element, Span span, boolean once) implements Call {}

  /**
   * A read of a whole collection.
   *
   * @param elements with how often each of them is in it
   */
  record Listing(String identity, Span span, Map<String, Integer> elements) implements Call {}

  /** An attempt to add a tag to a run, or to remove it; a tag is added by one request only. */
  record TagChange(String identity, String tag, Span span, boolean add) implements Call {}

  /** The tags of a run as they were read, or as the answer to a change tells them. */
  record TagsSeen(String identity, Span span, Set<String> tags) implements Call {}

  /**
   * A request with an idempotency key that was answered.
   *
   * @param result what it is said to have made
   */
  record Keyed(String identity, Span span, String result) implements Call {}

  /**
   * A number that was given to a new object.
   *
   * @param identity the sequence
   * @param owner the object, or the attempt, that was told so
   */
  record Numbered(String identity, Span span, long number, String owner) implements Call {}

  /** A heartbeat that was acknowledged, or seen in an object. */
  record Beat(String identity, Span span, long seconds, boolean read) implements Call {}

  /** An event of a log. */
  record Event(long offset, String id) {}

  /** A write to an object that was acknowledged, and where in the log it is. */
  record Appended(String identity, Span span, long offset) implements Call {}

  /**
   * Everything that one tail of an object was told, over all of its connections.
   *
   * @param tail name of the tail
   * @param from offset behind which it asked for the events
   */
  record Followed(String identity, String tail, Span span, long from, List<Event> events)
      implements Call {}

  /** The whole history of an object, read when nothing was written any more. */
  record Told(String identity, Span span, List<Event> events) implements Call {}

  /** The bytes that a node answered when nothing was written any more. */
  record Copy(String identity, String node, Span span, String digest) implements Call {}
}
