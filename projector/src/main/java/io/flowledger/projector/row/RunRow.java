package io.flowledger.projector.row;

import io.flowledger.event.RunRegistered;
import io.flowledger.projector.text.JsonText;
import io.flowledger.projector.text.Sink;
import io.flowledger.schemas.EventIds;
import io.flowledger.schemas.Identifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A run as its view keeps it. Its tags, which every step, task and artifact of the run shows too,
 * are kept apart from the rest of the rendered object, since they change.
 */
public final class RunRow {

  // numbers: event id, event id, ts_epoch, run_number, first heartbeat (seconds, 0: none)
  // fields: JSON up to the tags, tags, system tags, verified user, flow_id, run_id, plain tags,
  // plain system tags, user_name
  private static final int NUMBERS = 5;
  private static final int TS_EPOCH = 2;
  private static final int RUN_NUMBER = 3;
  private static final int FIRST_HEARTBEAT = 4;

  private static final int HEAD = 0;
  private static final int TAGS = 1;
  private static final int SYSTEM_TAGS = 2;
  private static final int VERIFIED_USER = 3;
  private static final int FLOW_ID = 4;
  private static final int RUN_ID = 5;
  private static final int TAG_LIST = 6;
  private static final int SYSTEM_TAG_LIST = 7;
  private static final int USER = 8;

  private static final byte[] SYSTEM_TAGS_NAME = Packed.utf8(", \"system_tags\": ");
  private static final byte[] HEARTBEAT_NAME = Packed.utf8(", \"last_heartbeat_ts\": ");
  private static final byte[] STATUS_NAME = Packed.utf8(", \"status\": ");
  private static final byte[] NUMBER_NAME = Packed.utf8(", \"number\": ");
  private static final byte[] USER_NAME = Packed.utf8(", \"user\": ");
  private static final byte[] NULL = Packed.utf8("null");
  private static final byte[] END = Packed.utf8("}");

  private final byte[] bytes;

  public RunRow(byte[] bytes) {
    this.bytes = bytes;
  }

  public static RunRow of(RunRegistered event) {
    JsonText head =
        new JsonText(160).raw("{\"flow_id\": ").string(event.getFlowId()).raw(", \"run_number\": ");
    if (event.getRunId() == null) {
      head.number(event.getRunNumber());
    } else {
      head.string(event.getRunId());
    }
    head.raw(", \"user_name\": ")
        .string(event.getUserName())
        .raw(", \"ts_epoch\": ")
        .number(event.getTsEpoch())
        .raw(", \"tags\": ");
    boolean verified =
        event.getUserName() != null
            && event.getSystemTags().contains("user:" + event.getUserName());
    EventKey creator = EventKey.of(event.getEventId());
    return new RunRow(
        Packed.pack(
            new long[] {
              creator.high(),
              creator.low(),
              event.getTsEpoch(),
              event.getRunNumber(),
              event.getHeartbeatTs() == null ? 0 : event.getHeartbeatTs()
            },
            head.toBytes(),
            new JsonText(64).strings(event.getTags()).toBytes(),
            new JsonText(128).strings(event.getSystemTags()).toBytes(),
            verified ? new JsonText(32).string(event.getUserName()).toBytes() : new byte[0],
            Packed.utf8(event.getFlowId()),
            Packed.utf8(event.getRunId() == null ? "" : event.getRunId()),
            TagList.encode(event.getTags()),
            TagList.encode(event.getSystemTags()),
            Packed.nullable(event.getUserName())));
  }

  /**
   * A stand-in for a run that is registered but cannot be read now: it has the tags that the
   * request for one of its objects brought, as Metaflow sends the run's with each.
   */
  public static RunRow unseen(
      String flowId, Identifier run, long number, List<String> tags, List<String> systemTags) {
    return of(
        new RunRegistered(
            EventIds.next(0),
            flowId,
            number,
            run instanceof Identifier.Name name ? name.value() : null,
            null,
            tags,
            systemTags,
            null,
            0L,
            null,
            "",
            null));
  }

  /** The same run with other user tags. */
  public RunRow withTags(List<String> tags) {
    return new RunRow(
        Packed.pack(
            new long[] {
              creator().high(),
              creator().low(),
              tsEpoch(),
              number(),
              Packed.number(bytes, FIRST_HEARTBEAT)
            },
            copy(HEAD),
            new JsonText(64).strings(tags).toBytes(),
            copy(SYSTEM_TAGS),
            copy(VERIFIED_USER),
            copy(FLOW_ID),
            copy(RUN_ID),
            TagList.encode(tags),
            copy(SYSTEM_TAG_LIST),
            copy(USER)));
  }

  private byte[] copy(int field) {
    Packed.Slice slice = Packed.field(bytes, NUMBERS, field);
    return Arrays.copyOfRange(slice.row(), slice.offset(), slice.offset() + slice.length());
  }

  public byte[] bytes() {
    return bytes;
  }

  /** The event that made this run. */
  public EventKey creator() {
    return EventKey.in(bytes);
  }

  /** Epoch milliseconds. */
  public long tsEpoch() {
    return Packed.number(bytes, TS_EPOCH);
  }

  public long number() {
    return Packed.number(bytes, RUN_NUMBER);
  }

  /** Heartbeat at registration, epoch seconds; empty for clients too old to send any. */
  public OptionalLong firstHeartbeat() {
    long seconds = Packed.number(bytes, FIRST_HEARTBEAT);
    return seconds == 0 ? OptionalLong.empty() : OptionalLong.of(seconds);
  }

  public String flowId() {
    return Packed.field(bytes, NUMBERS, FLOW_ID).text();
  }

  /** Name that a scheduler gave the run. */
  public Optional<String> runId() {
    String runId = Packed.field(bytes, NUMBERS, RUN_ID).text();
    return runId.isEmpty() ? Optional.empty() : Optional.of(runId);
  }

  public Optional<String> userName() {
    return Packed.field(bytes, NUMBERS, USER).nullable();
  }

  /** The user name, where a system tag of the client confirms it. */
  public Optional<String> verifiedUser() {
    return Packed.field(bytes, NUMBERS, VERIFIED_USER).length() == 0
        ? Optional.empty()
        : userName();
  }

  public List<String> tags() {
    return TagList.decode(Packed.field(bytes, NUMBERS, TAG_LIST));
  }

  public List<String> systemTags() {
    return TagList.decode(Packed.field(bytes, NUMBERS, SYSTEM_TAG_LIST));
  }

  /** User tags as a JSON list. */
  public String tagsJson() {
    return Packed.field(bytes, NUMBERS, TAGS).text();
  }

  /** System tags as a JSON list. */
  public String systemTagsJson() {
    return Packed.field(bytes, NUMBERS, SYSTEM_TAGS).text();
  }

  /**
   * Writes {@code ["tag"], "system_tags": ["tag"]}: what follows the head of every object of a run.
   */
  void renderTags(Sink sink) {
    Packed.field(bytes, NUMBERS, TAGS).writeTo(sink);
    sink.write(SYSTEM_TAGS_NAME);
    Packed.field(bytes, NUMBERS, SYSTEM_TAGS).writeTo(sink);
  }

  /** Writes {@code , "last_heartbeat_ts": seconds}. */
  static void renderHeartbeat(OptionalLong seconds, Sink sink) {
    sink.write(HEARTBEAT_NAME);
    sink.write(seconds.isEmpty() ? NULL : Packed.utf8(Long.toString(seconds.getAsLong())));
  }

  /** The run as the answer to its registration. */
  public void render(OptionalLong lastHeartbeat, Sink sink) {
    renderOpen(lastHeartbeat, sink);
    sink.write(END);
  }

  /** The run as the answer to a read, with the verified user. */
  public void renderRead(OptionalLong lastHeartbeat, Sink sink) {
    renderRead(lastHeartbeat, Optional.empty(), false, sink);
  }

  /**
   * The same with more.
   *
   * @param status shown only when the request asks for it
   * @param numbered whether its number is shown too, whatever it is called
   */
  public void renderRead(
      OptionalLong lastHeartbeat, Optional<RunStatus> status, boolean numbered, Sink sink) {
    renderOpen(lastHeartbeat, sink);
    if (status.isPresent()) {
      sink.write(STATUS_NAME);
      sink.write(Packed.utf8('"' + status.get().label() + '"'));
    }
    if (numbered) {
      sink.write(NUMBER_NAME);
      sink.write(Packed.utf8(Long.toString(number())));
    }
    Packed.Slice user = Packed.field(bytes, NUMBERS, VERIFIED_USER);
    if (user.length() > 0) {
      sink.write(USER_NAME);
      user.writeTo(sink);
    }
    sink.write(END);
  }

  private void renderOpen(OptionalLong lastHeartbeat, Sink sink) {
    Packed.field(bytes, NUMBERS, HEAD).writeTo(sink);
    renderTags(sink);
    renderHeartbeat(lastHeartbeat, sink);
  }
}
