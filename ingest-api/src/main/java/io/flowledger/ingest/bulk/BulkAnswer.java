package io.flowledger.ingest.bulk;

import io.flowledger.http.Statuses;
import io.flowledger.http.refusal.Reason;
import io.flowledger.ingest.bulk.entry.BulkBody;
import io.flowledger.projector.text.JsonText;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a bulk request: a line for every entry, sent in the order of the entries as soon as
 * all before it are known. One piece is on its way at a time; what is ready meanwhile gathers into
 * the next. All but what it is told by whoever takes it is for one thread at a time.
 */
final class BulkAnswer {

  private static final int TYPICAL_LINE = 96;
  private static final int MAX_UNSENT = 1 << 20;
  private static final String READY = "";

  /** Takes the pieces of the answer. */
  interface Sink {
    /**
     * Takes a piece, on any thread.
     *
     * @return completes when there may be the next, and fails when nobody is there any more
     */
    Future<Void> send(Buffer piece, boolean last);
  }

  private final Sink sink;
  private final BulkBody entries;
  private final @Nullable String[] lines; // by what the entries are called
  private final StringBuilder ready = new StringBuilder();
  private int next;
  private long held; // characters of lines that others have to come before
  private boolean sending;
  private boolean ending;
  private boolean complete;

  /**
   * @param entries that it will have a line for
   */
  BulkAnswer(Sink sink, BulkBody entries) {
    this.sink = sink;
    this.entries = entries;
    this.lines = new String[entries.end()];
  }

  /** Begins the line of an entry. */
  static JsonText line(int index, BulkResult result) {
    return new JsonText(TYPICAL_LINE)
        .raw("{\"index\": ")
        .number(index)
        .raw(", \"result\": \"")
        .raw(result.label())
        .raw("\"");
  }

  /** The line of an entry that is rejected. */
  static JsonText rejected(JsonText line, int status, @Nullable String message) {
    return line.raw(", \"status\": ").number(status).raw(", \"message\": ").string(message);
  }

  private static JsonText broken(String why) {
    return rejected(
        new JsonText(TYPICAL_LINE).raw("{\"result\": \"rejected\""),
        Statuses.of(Reason.MALFORMED),
        why);
  }

  /** Whether the entry has its line. */
  boolean isTold(int index) {
    return lines[index] != null;
  }

  /** Tells what has become of an entry. */
  void tell(int index, JsonText line) {
    tell(index, line.raw("}\n").toString());
  }

  /** The same by a line that is complete. */
  void tell(int index, String line) {
    lines[index] = line;
    held += line.length();
    for (String head = head(); head != null; head = head()) {
      ready.append(head);
      held -= head.length();
      lines[entries.index(next++)] = READY;
    }
  }

  private @Nullable String head() {
    return next < entries.size() ? lines[entries.index(next)] : null;
  }

  /** The entry whose line is the next to be sent; none where all are. */
  OptionalInt next() {
    return next < entries.size() ? OptionalInt.of(entries.index(next)) : OptionalInt.empty();
  }

  /** How many characters of lines wait for the line of another entry. */
  long held() {
    return held;
  }

  /**
   * All entries have their lines.
   *
   * @param broken why they have come to an end before the body
   */
  void end(Optional<String> broken) {
    if (!ending) {
      ending = true;
      broken.ifPresent(why -> ready.append(broken(why).raw("}\n")));
    }
  }

  /** Whether there is so much to send that no more should be made. */
  boolean isFull() {
    return ready.length() > MAX_UNSENT;
  }

  /**
   * Sends what is ready, if nothing is on its way.
   *
   * @return empty where nothing is sent now; completes when it has been, and fails when nobody is
   *     there any more, on any thread
   */
  Optional<Future<Void>> send() {
    if (sending || complete || (ready.isEmpty() && !ending)) {
      return Optional.empty();
    }
    Buffer piece = Buffer.buffer(ready.toString().getBytes(StandardCharsets.ISO_8859_1));
    ready.setLength(0);
    sending = true;
    complete = ending;
    return Optional.of(sink.send(piece, ending));
  }

  /** The piece that was on its way has been sent. */
  void sent() {
    sending = false;
  }

  /** Whether all of it has been sent. */
  boolean isSent() {
    return complete && !sending;
  }
}
