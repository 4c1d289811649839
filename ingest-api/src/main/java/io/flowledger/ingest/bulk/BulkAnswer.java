package io.flowledger.ingest.bulk;

import io.flowledger.http.Statuses;
import io.flowledger.http.refusal.Reason;
import io.flowledger.projector.text.JsonText;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a bulk request: a line for every entry, sent in the order of the entries as soon as
 * all before it are known. One piece is on its way at a time; what is ready meanwhile gathers into
 * the next. All but what it is told by the connection is for one thread at a time.
 */
final class BulkAnswer {

  private static final CharSequence NDJSON = HttpHeaders.createOptimized("application/x-ndjson");
  private static final int TYPICAL_LINE = 96;
  private static final int MAX_UNSENT = 1 << 20;

  private final Context context;
  private final HttpServerResponse response;
  private final int status;
  private final @Nullable String[] lines;
  private final StringBuilder ready = new StringBuilder();
  private int next;
  private boolean sending;
  private boolean ending;
  private boolean complete;

  /**
   * @param entries that it will have a line for
   */
  BulkAnswer(RoutingContext request, Context context, int status, int entries) {
    this.context = context;
    this.response = request.response();
    this.status = status;
    this.lines = new String[entries];
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
    return index < next || lines[index] != null;
  }

  /** Tells what has become of an entry. */
  void tell(int index, JsonText line) {
    lines[index] = line.raw("}\n").toString();
    for (String head = head(); head != null; head = head()) {
      ready.append(head);
      lines[next++] = null;
    }
  }

  private @Nullable String head() {
    return next < lines.length ? lines[next] : null;
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
    Promise<Void> sent = Promise.promise();
    boolean last = ending;
    context.runOnContext(on -> write(piece, last).onComplete(sent));
    return Optional.of(sent.future());
  }

  private Future<Void> write(Buffer piece, boolean last) {
    if (response.ended() || response.closed()) {
      return Future.failedFuture("nobody is there any more");
    }
    if (!response.headWritten()) {
      response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, NDJSON).setChunked(!last);
    }
    return last ? response.end(piece) : response.write(piece);
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
