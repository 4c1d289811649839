package io.flowledger.query;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Some events of a partition for those that follow it. Each is rendered once and never copied, so
 * that memory does not grow with those that want it, nor with what they have not taken yet. Once it
 * is filled, any number of threads may read it.
 */
final class TailBatch {

  private final int mostBytes;
  private final List<byte[]> rendered = new ArrayList<>();
  private final Map<Subscription, BitSet> wanted = new HashMap<>();
  private long end;
  private int bytes;

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
            events.set(rendered.size());
            isWanted[0] = true;
          }
        });
    if (isWanted[0]) {
      byte[] text = Subscription.render(event);
      rendered.add(text);
      bytes += text.length;
    }
    if (bytes < mostBytes) {
      return true;
    }
    end = event.logged().offset() + 1;
    return false;
  }

  /** Everything below this offset that they want is in it. */
  long end() {
    return end;
  }

  Set<Subscription> subscriptions() {
    return wanted.keySet();
  }

  /** What one of them wants. It can be sent any number of times. */
  Buffer of(Subscription subscription) {
    byte[][] events =
        wanted.getOrDefault(subscription, new BitSet()).stream()
            .mapToObj(rendered::get)
            .toArray(byte[][]::new);
    ByteBuf all = Unpooled.wrappedBuffer(events.length, events);
    return BufferInternal.buffer(Unpooled.unreleasableBuffer(all));
  }
}
