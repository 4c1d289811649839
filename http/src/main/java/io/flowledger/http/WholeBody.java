package io.flowledger.http;

import io.flowledger.http.RequestMemory.Hold;
import io.flowledger.http.RequestMemory.Lease;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;

/**
 * A body that is read before its endpoint is called. The memory that it and all that is made of it
 * will take is taken before any of it is read, where its length is known, else as it comes. What is
 * refused is read no further than the network makes it come, and never held. Whatever its type is
 * said to be, it is bytes. All of it happens in the context of the request.
 */
final class WholeBody {

  /**
   * Bytes of memory for each of a body: the texts in it, and at first itself, later the event that
   * is made of it, twice, since it is on its way to the log.
   */
  static final int WEIGHT = 3;

  private static final int FIRST_BYTES = 1 << 10;
  private static final byte[] NO_BYTES = {};

  private final RoutingContext request;
  private final Lease memory;
  private final long most;
  private final boolean gzip;
  private final long length; // -1 where it is not known
  private byte[] bytes = NO_BYTES;
  private int size;
  private boolean over;

  private WholeBody(RoutingContext request, Lease memory, long most) {
    this.request = request;
    this.memory = memory;
    this.most = most;
    this.gzip = Gzip.isGzip(request);
    this.length = length(request.request());
  }

  /**
   * Reads a body, then calls the endpoint.
   *
   * @param memory from which it takes
   * @param most bytes that it may have
   * @throws RefusedException when it is refused for what its head says
   */
  static void read(RoutingContext request, Lease memory, long most) {
    WholeBody body = new WholeBody(request, memory, most);
    body.admit();
    HttpServerRequest http = request.request();
    request.addEndHandler(ended -> body.drop());
    http.exceptionHandler(broken -> body.broken());
    http.handler(body::receive);
    http.endHandler(ended -> body.received());
  }

  private static long length(HttpServerRequest http) {
    String length = http.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null) {
      return -1;
    }
    try {
      return Math.max(-1, Long.parseLong(length.strip()));
    } catch (NumberFormatException none) {
      throw RefusedException.malformed("Content-Length is no number");
    }
  }

  private void admit() {
    if (length > most) {
      throw tooLarge();
    }
    if (length > 0) {
      memory.take(WEIGHT * length);
    }
  }

  private RefusedException tooLarge() {
    return RefusedException.tooLarge("the body is larger than " + most + " bytes");
  }

  private void drop() {
    over = true;
    bytes = NO_BYTES;
  }

  private void refuse(Throwable cause) {
    if (!over) {
      drop();
      request.fail(cause);
    }
  }

  /** Is told also when the client has gone; the response ends, and drops the body, before that. */
  private void broken() {
    if (!request.response().ended() && !request.response().closed()) {
      drop();
      request.fail(malformed(request));
    }
  }

  /** What a request is refused with whose body does not come to an end, and its connection. */
  static RefusedException malformed(RoutingContext request) {
    if (!request.response().headWritten()) {
      request.response().putHeader(HttpHeaders.CONNECTION, "close");
    }
    return RefusedException.malformed("the body is malformed");
  }

  private void receive(Buffer chunk) {
    if (over) {
      return;
    }
    try {
      append(chunk);
    } catch (RefusedException refused) {
      refuse(refused);
    }
  }

  private void append(Buffer chunk) {
    int end = size + chunk.length();
    if (end > most) {
      throw tooLarge();
    }
    if (length < 0) {
      memory.take((long) WEIGHT * chunk.length());
    }
    if (end > bytes.length) {
      long room = Math.max(length, Math.min(most, Math.max(FIRST_BYTES, 2L * bytes.length)));
      bytes = Arrays.copyOf(bytes, Math.toIntExact(Math.max(end, room)));
    }
    chunk.getBytes(bytes, size);
    size = end;
  }

  private void received() {
    if (over) {
      return;
    }
    byte[] whole = bytes.length == size ? bytes : Arrays.copyOf(bytes, size);
    bytes = NO_BYTES;
    if (gzip && whole.length > 0) {
      inflate(whole);
    } else {
      goOn(whole);
    }
  }

  private void inflate(byte[] compressed) {
    Hold held = memory.hold(); // also when the client has gone
    Context context = request.vertx().getOrCreateContext();
    Future<byte[]> inflated =
        context.executeBlocking(
            () -> Gzip.inflate(compressed, most, more -> memory.take(WEIGHT * more)), false);
    inflated
        .onComplete(
            done -> {
              memory.release((long) WEIGHT * compressed.length);
              held.close();
            })
        .onSuccess(this::goOn)
        .onFailure(this::refuse);
  }

  private void goOn(byte[] whole) {
    if (over) {
      return;
    }
    try {
      memory.take(JsonCost.of(whole));
    } catch (RefusedException refused) {
      refuse(refused);
      return;
    }
    Requests.putBody(request, whole);
    request.next();
  }
}
