package io.flowledger.projector;

import io.flowledger.event.EventId;
import io.flowledger.event.Fingerprint;
import io.flowledger.event.Idempotency;
import io.flowledger.event.Origin;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * An event of which a test says only what matters to it; {@link Events} begins one. What has no
 * value yet is null or empty, the time is the epoch, and the identifier is a new one.
 */
public final class EventBuilder<E extends SpecificRecord> {

  private final E event;

  EventBuilder(E event) {
    this.event = event;
  }

  /** Of a run or a task: the name that a scheduler gave it. */
  public EventBuilder<E> named(@Nullable String name) {
    return with(event.getSchema().getField("run_id") == null ? "task_name" : "run_id", name);
  }

  public EventBuilder<E> by(@Nullable String userName) {
    return with("user_name", userName);
  }

  public EventBuilder<E> tags(String... tags) {
    return tags(List.of(tags));
  }

  public EventBuilder<E> tags(@Nullable List<String> tags) {
    return with("tags", tags);
  }

  public EventBuilder<E> systemTags(String... tags) {
    return systemTags(List.of(tags));
  }

  public EventBuilder<E> systemTags(@Nullable List<String> tags) {
    return with("system_tags", tags);
  }

  /** Its first heartbeat, in epoch seconds. */
  public EventBuilder<E> beating(@Nullable Long seconds) {
    return with("heartbeat_ts", seconds);
  }

  /** Its time, in epoch milliseconds. */
  public EventBuilder<E> at(long tsEpoch) {
    return with("ts_epoch", tsEpoch);
  }

  public EventBuilder<E> id(EventId id) {
    return with("event_id", id);
  }

  public EventBuilder<E> from(Origin origin) {
    return with("origin", origin);
  }

  public EventBuilder<E> writtenBy(String writer) {
    return with("written_by", writer);
  }

  /** With an idempotency key, and the fingerprint of what was asked for under it. */
  public EventBuilder<E> keyed(String key, long fingerprint) {
    byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(fingerprint).array();
    return with("idempotency", new Idempotency(key, new Fingerprint(bytes)));
  }

  private EventBuilder<E> with(String field, @Nullable Object value) {
    Schema.Field known = event.getSchema().getField(field);
    if (known == null) {
      throw new IllegalArgumentException(event.getSchema().getName() + " has no " + field);
    }
    event.put(known.pos(), value);
    return this;
  }

  /** The event as it was said. */
  public E event() {
    return event;
  }
}
