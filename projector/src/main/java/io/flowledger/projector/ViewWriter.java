package io.flowledger.projector;

import org.jspecify.annotations.Nullable;

/** What a projection sees of the view that it writes: its own earlier writes included. */
interface ViewWriter {

  byte @Nullable [] get(byte[] key);

  void put(byte[] key, byte[] value);
}
