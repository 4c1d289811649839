package io.flowledger.http.forward;

import io.flowledger.http.Statuses;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Owner;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parts of requests over the internal ports of the nodes. */
public final class NodeParts implements PartCalls {

  private static final List<String> PASSED_ON = List.of("Idempotency-Key", "Prefer");
  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final int FAULT = 500;
  private static final int UNAVAILABLE = 503;

  private final NodeClient nodes;
  private final ForwardMetrics metrics;
  private final Duration patience;
  private final Neighbours neighbours;

  /**
   * @param patience how long a part waits for a node that answers for it
   */
  public NodeParts(
      NodeClient nodes, ForwardMetrics metrics, Duration patience, Neighbours neighbours) {
    this.nodes = nodes;
    this.metrics = metrics;
    this.patience = patience;
    this.neighbours = neighbours;
  }

  @Override
  public Duration patience() {
    return patience;
  }

  @Override
  public boolean speaks(Owner.Remote node) {
    return neighbours.speaks(node);
  }

  @Override
  public Call put(
      RoutingContext request,
      Owner.Remote node,
      List<Integer> partitions,
      Buffer body,
      Listener listener) {
    metrics.forwarded().increment();
    HttpCall call = new HttpCall(node.address(), listener);
    HttpServerRequest of = request.request();
    nodes
        .begin(Lane.BULK, node, of.method(), request.normalizedPath())
        .onSuccess(
            connected -> {
              MultiMap headers = connected.headers();
              PASSED_ON.forEach(name -> headers.add(name, of.headers().getAll(name)));
              InternalCalls.tellCaller(request, headers);
              headers.set(AskedPartitions.HEADER, AskedPartitions.format(partitions));
              call.send(connected, body);
            })
        .onFailure(unreachable -> call.notTaken(String.valueOf(unreachable.getMessage())));
    return call;
  }

  /** All of it happens in the context that it was begun in. */
  private final class HttpCall implements Call {

    private final String address;
    private final Listener listener;
    private @Nullable HttpClientRequest sent;
    private @Nullable HttpClientResponse answer;
    private boolean paused;
    private boolean over;

    HttpCall(String address, Listener listener) {
      this.address = address;
      this.listener = listener;
    }

    void send(HttpClientRequest connected, Buffer body) {
      if (over) {
        connected.reset();
        return;
      }
      sent = connected;
      connected.response().onSuccess(this::answered).onFailure(this::lost);
      connected.end(body);
    }

    private void answered(HttpClientResponse response) {
      int status = response.statusCode();
      if (over) {
        return;
      }
      if (status == OK || status == ACCEPTED) {
        answer = response;
        response.handler(this::received).endHandler(end -> ended()).exceptionHandler(this::lost);
        if (paused) {
          response.pause();
        }
      } else {
        boolean notTaken = InternalCalls.isNotTaken(response.headers());
        response
            .body()
            .otherwise(Buffer.buffer())
            .onSuccess(body -> refused(status, notTaken, message(body)));
      }
    }

    /** Whoever refuses a part does so before it has begun, but for faults. */
    private void refused(int status, boolean notTaken, String message) {
      String why = "node " + address + " answers " + status + ": " + message;
      if (notTaken) {
        notTaken(why);
      } else if (status >= FAULT && status != UNAVAILABLE) {
        lost(new IllegalStateException(why));
      } else if (!over) {
        over = true;
        listener.refused(
            Statuses.reason(status)
                .map(reason -> new RefusedException(reason, message))
                .orElseGet(() -> RefusedException.unavailable(why)));
      }
    }

    private static String message(Buffer body) {
      try {
        return body.toJsonObject().getString("message", "");
      } catch (DecodeException | ClassCastException noJson) {
        return "";
      }
    }

    private void received(Buffer piece) {
      if (!over) {
        listener.received(piece);
      }
    }

    private void ended() {
      if (!over) {
        over = true;
        listener.ended();
      }
    }

    void notTaken(String why) {
      if (!over) {
        over = true;
        metrics.again().increment();
        neighbours.askAll();
        listener.notTaken(why);
      }
    }

    private void lost(Throwable cause) {
      if (!over) {
        over = true;
        metrics.lost().increment();
        neighbours.askAll();
        listener.lost(String.valueOf(cause.getMessage()));
      }
    }

    @Override
    public void pause() {
      paused = true;
      if (answer != null) {
        answer.pause();
      }
    }

    @Override
    public void resume() {
      paused = false;
      if (answer != null) {
        answer.resume();
      }
    }

    @Override
    public void abandon() {
      if (!over) {
        over = true;
        if (sent != null) {
          sent.reset();
        }
      }
    }
  }
}
