package io.flowledger.projector.layout;

import org.jspecify.annotations.Nullable;

/** Kinds of rows, by the letter that their keys start with: the table is in {@link Keys}. */
public enum RowKind {
  FLOW('f', Use.OTHER),
  FLOW_IN_LIST('F', Use.WRITE_ONLY),
  RUN('r', Use.SHARED),
  RUN_BY_NAME('n', Use.OTHER),
  RUN_IN_LIST('R', Use.WRITE_ONLY),
  PROGRESS('p', Use.OTHER),
  STEP('s', Use.OTHER),
  STEP_IN_LIST('S', Use.WRITE_ONLY),
  TASK('t', Use.OTHER),
  TASK_BY_NAME('u', Use.OTHER),
  TASK_PROGRESS('q', Use.OTHER),
  TASK_IN_LIST('T', Use.WRITE_ONLY),
  METADATA('m', Use.WRITE_ONLY),
  METADATA_IN_RUN('M', Use.WRITE_ONLY),
  ARTIFACTS('a', Use.OTHER),
  FIRST_ARTIFACTS('b', Use.OTHER),
  LATER_ARTIFACT('c', Use.OTHER),
  ARTIFACTS_IN_LIST('A', Use.WRITE_ONLY),
  INDEXED('i', Use.OTHER),
  KEYED('k', Use.OTHER),
  EVENTS('h', Use.OF_BLOCK),
  VERDICT('x', Use.WRITE_ONLY),
  BOOKKEEPING('0', Use.OTHER),
  REHEARSED('e', Use.OTHER);

  /** How a projection uses the rows of a kind. */
  private enum Use {
    /** Read again, put more than once, or not of the projection. */
    OTHER,
    /** Many others refer to such a row. */
    SHARED,
    /** Put once, as a rule. */
    WRITE_ONLY,
    /** Not read again either, but appended to while the offsets are those of its block. */
    OF_BLOCK
  }

  private static final @Nullable RowKind[] BY_LETTER = new RowKind[Byte.MAX_VALUE + 1];

  static {
    for (RowKind kind : values()) {
      BY_LETTER[kind.letter] = kind;
    }
  }

  private final char letter;
  private final Use use;

  RowKind(char letter, Use use) {
    this.letter = letter;
    this.use = use;
  }

  char letter() {
    return letter;
  }

  /** The kind of row that a key is of; null for what begins with the letter of no kind. */
  static @Nullable RowKind of(byte[] key) {
    return key.length == 0 || key[0] < 0 ? null : BY_LETTER[key[0]];
  }

  /** Whether it is the key of a row that many others refer to, which reads keep on the heap. */
  public static boolean isShared(byte[] key) {
    RowKind kind = of(key);
    return kind != null && kind.use == Use.SHARED;
  }

  /** Whether it is the key of a row that the projection writes and does not read again. */
  public static boolean isWriteOnly(byte[] key) {
    RowKind kind = of(key);
    return kind != null && (kind.use == Use.WRITE_ONLY || kind.use == Use.OF_BLOCK);
  }

  /** Whether it is the key of a row that is appended to while the offsets are in its block. */
  public static boolean isOfBlock(byte[] key) {
    RowKind kind = of(key);
    return kind != null && kind.use == Use.OF_BLOCK;
  }
}
