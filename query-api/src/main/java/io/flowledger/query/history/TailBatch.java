package io.flowledger.query.history;

import io.flowledger.query.event.HistoryEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A batch of events of a partition for those that follow it. Each is rendered once and never
 * copied, so that memory does not grow with those that want it, nor with what they have not taken
 * yet. Once it is filled, any number of threads may read it.
 */
final class TailBatch {

  private static final int TYPICAL_BYTES = 32 << 10;

  private final int mostBytes;
  private byte[] rendered = new byte[TYPICAL_BYTES]; // one after the other
  private final List<Integer> ends = new ArrayList<>();
  private final Map<Subscription, BitSet> wanted = new HashMap<>();
  private long end;

  /**
   * @param wanting whom it is for
   * @param end offset behind the last event that it may have
   * @param mostBytes it is full when it has so many
   */
  TailBatch(Set<Subscription> wanting, long end, int mostBytes) {
    wanting.forEach(subscription -> wanted.put(subscription, new BitSet()));
    this.end = end;
    this.mostBytes = mostBytes;
  }

  /** Adds an event if anybody wants it; returns whether the next one may come. */
  boolean add(HistoryEvent event) {
    boolean[] isWanted = {false};
    wanted.forEach(
        (subscription, events) -> {
          if (subscription.wanted().test(event)) {
            events.set(ends.size());
            isWanted[0] = true;
          }
        });
    if (isWanted[0]) {
      append(Subscription.render(event));
    }
    if (endOf(ends.size() - 1) < mostBytes) {
      return true;
    }
    end = event.logged().offset() + 1;
    return false;
  }

  private void append(byte[] text) {
    int start = endOf(ends.size() - 1);
    int textEnd = start + text.length;
    if (textEnd > rendered.length) {
      rendered = Arrays.copyOf(rendered, Math.max(textEnd, 2 * rendered.length));
    }
    System.arraycopy(text, 0, rendered, start, text.length);
    ends.add(textEnd);
  }

  private int endOf(int event) {
    return event < 0 ? 0 : ends.get(event);
  }

  /** Everything below this offset that they want is in it. */
  long end() {
    return end;
  }

  /** How many bytes it holds. */
  int heldBytes() {
    return rendered.length;
  }

  Set<Subscription> subscriptions() {
    return wanted.keySet();
  }

  /** What one of them wants. It can be sent any number of times. */
  Buffer of(Subscription subscription) {
    BitSet events = wanted.getOrDefault(subscription, new BitSet());
    List<ByteBuf> stretches = new ArrayList<>();
    for (int from = events.nextSetBit(0); from >= 0; ) {
      int to = events.nextClearBit(from);
      int start = endOf(from - 1);
      stretches.add(Unpooled.wrappedBuffer(rendered, start, endOf(to - 1) - start));
      from = events.nextSetBit(to);
    }
    ByteBuf all = Unpooled.wrappedBuffer(stretches.size(), stretches.toArray(ByteBuf[]::new));
    return BufferInternal.buffer(Unpooled.unreleasableBuffer(all));
  }
}
