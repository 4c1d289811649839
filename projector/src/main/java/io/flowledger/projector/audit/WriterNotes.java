package io.flowledger.projector.audit;

import io.flowledger.projector.projection.ViewWriter;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Notes for some keys which record has written them last. */
final class WriterNotes implements ViewWriter {

  private final ViewWriter view;
  private final Set<ByteBuffer> wanted;
  private final Map<ByteBuffer, Long> writers = new HashMap<>();
  private long offset;

  /**
   * @param view to write to and to read from
   */
  WriterNotes(ViewWriter view, Set<ByteBuffer> wanted) {
    this.view = view;
    this.wanted = wanted;
  }

  /** What is written from now on is written by this record. */
  void at(long recordOffset) {
    offset = recordOffset;
  }

  /** The record that has written the key last. */
  OptionalLong writerOf(byte[] key) {
    Long writer = writers.get(ByteBuffer.wrap(key));
    return writer == null ? OptionalLong.empty() : OptionalLong.of(writer);
  }

  private void note(byte[] key) {
    ByteBuffer wrapped = ByteBuffer.wrap(key);
    if (wanted.contains(wrapped)) {
      writers.put(wrapped, offset);
    }
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return view.get(key);
  }

  @Override
  public byte @Nullable [] getUnder(byte[] parent, byte[] key) {
    return view.getUnder(parent, key);
  }

  @Override
  public void put(byte[] key, byte[] value) {
    note(key);
    view.put(key, value);
  }

  @Override
  public void putNew(byte[] key, byte[] value) {
    note(key);
    view.putNew(key, value);
  }

  @Override
  public void append(byte[] key, byte[] addition) {
    note(key);
    view.append(key, addition);
  }
}
