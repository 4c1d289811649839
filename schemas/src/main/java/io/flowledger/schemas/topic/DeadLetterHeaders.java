package io.flowledger.schemas.topic;

/** Names of the headers of the records in the topic of the dead letters, and of their copies. */
public final class DeadLetterHeaders {

  /** What the names of our own headers start with. */
  public static final String PREFIX = "flowledger.";

  public static final String SOURCE_TOPIC = PREFIX + "source.topic";
  public static final String SOURCE_PARTITION = PREFIX + "source.partition";
  public static final String SOURCE_OFFSET = PREFIX + "source.offset";
  public static final String REASON = PREFIX + "reason";

  /** Says what the topic of the dead letters had no room for. */
  public static final String LEFT_OUT = PREFIX + "left-out";

  /** Of a note that a letter is in the log again: its position among the letters. */
  public static final String REDRIVEN_LETTER = PREFIX + "redriven.letter";

  /** Where the copy is that the note is of. */
  public static final String REDRIVEN_TOPIC = PREFIX + "redriven.topic";

  public static final String REDRIVEN_PARTITION = PREFIX + "redriven.partition";
  public static final String REDRIVEN_OFFSET = PREFIX + "redriven.offset";

  /** Of a copy of a letter in the log: the letter that it was made from. */
  public static final String REDRIVEN_FROM = PREFIX + "redriven.from";

  /** Of a letter that was copied with its log: where its record was before. */
  public static final String COPIED_FROM = PREFIX + "copied.from";

  private DeadLetterHeaders() {}
}
