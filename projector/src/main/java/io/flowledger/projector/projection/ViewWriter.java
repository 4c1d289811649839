package io.flowledger.projector.projection;

import io.flowledger.projector.layout.Bytes;
import io.flowledger.projector.layout.KeyBuilder;
import org.jspecify.annotations.Nullable;

/** View as the projection that writes it sees it: its own earlier writes included. */
public interface ViewWriter {

  /** Value of rows that say everything by their key. */
  byte[] EMPTY = {};

  byte @Nullable [] get(byte[] key);

  /**
   * The same for a row that cannot be there if the parent row is not: if the parent has just been
   * written, there is nothing to look for but what was written since.
   */
  default byte @Nullable [] getUnder(byte[] parent, byte[] key) {
    return get(key);
  }

  void put(byte[] key, byte[] value);

  /** Puts a row of which it is known that it was not there before. */
  default void putNew(byte[] key, byte[] value) {
    put(key, value);
  }

  /**
   * Puts a row that says everything by its key, and may be there already. Such rows are not read by
   * what writes them: {@link #get} may not show those that were put last.
   *
   * @param key which may be used for another one afterwards
   */
  default void putOnce(KeyBuilder key) {
    put(key.bytes(), EMPTY);
  }

  /**
   * Adds to the end of a row, which begins with the first addition. Such rows are not read by what
   * writes them: {@link #get} may not show what was added last.
   */
  default void append(byte[] key, byte[] addition) {
    byte[] before = get(key);
    put(key, before == null ? addition : Bytes.concat(before, addition));
  }
}
