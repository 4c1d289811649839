package io.flowledger.projector.row;

import io.flowledger.event.Fingerprint;
import io.flowledger.schemas.Envelope;
import java.nio.ByteBuffer;

/**
 * The first event of a flow under an idempotency key: what the repetitions of its request are
 * answered by.
 *
 * @param event what the rows that it made start with
 * @param offset in the partition of the flow
 * @param fingerprint of the request, as a number
 * @param runNumber number of the run that it registered or is about, 0 for an event of the flow
 * @param taskId number of the task, 0 for an event of anything above tasks
 */
public record KeyedEvent(
    EventKey event,
    long offset,
    Envelope.Kind kind,
    long fingerprint,
    long runNumber,
    long taskId) {

  private static final int OFFSET = 2;
  private static final int KIND = 3;
  private static final int FINGERPRINT = 4;
  private static final int RUN = 5;
  private static final int TASK = 6;
  private static final Envelope.Kind[] KINDS = Envelope.Kind.values();

  /**
   * @param fingerprint that the event has beside its key
   */
  public static KeyedEvent of(long offset, Envelope event, Fingerprint fingerprint) {
    return new KeyedEvent(
        EventKey.of(event.eventId()),
        offset,
        event.kind(),
        number(fingerprint),
        event.runNumber(),
        event.taskId());
  }

  /** The inverse of {@link #toRow()}. */
  public static KeyedEvent fromRow(byte[] row) {
    return new KeyedEvent(
        EventKey.in(row),
        Packed.number(row, OFFSET),
        KINDS[(int) Packed.number(row, KIND)],
        Packed.number(row, FINGERPRINT),
        Packed.number(row, RUN),
        Packed.number(row, TASK));
  }

  public byte[] toRow() {
    return Packed.pack(
        new long[] {
          event.high(), event.low(), offset, kind.ordinal(), fingerprint, runNumber, taskId
        });
  }

  /** Whether it was made by a request with this fingerprint. */
  public boolean has(Fingerprint other) {
    return fingerprint == number(other);
  }

  private static long number(Fingerprint fingerprint) {
    return ByteBuffer.wrap(fingerprint.bytes()).getLong();
  }
}
