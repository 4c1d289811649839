package io.flowledger.http.forward;

import io.flowledger.http.Statuses;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** The other nodes of a cluster, asked over their internal ports. */
public final class ClusterNodes implements OtherNodes {

  private static final int OK = 200;

  // Nodes tell no more at a time than a little, or one row, which is as long as an event may be.
  private static final long MOST_BYTES = 64 << 20;

  private final ReadModel readModel;
  private final NodeClient nodes;
  private final Neighbours neighbours;

  public ClusterNodes(ReadModel readModel, NodeClient nodes, Neighbours neighbours) {
    this.readModel = readModel;
    this.nodes = nodes;
    this.neighbours = neighbours;
  }

  @Override
  public List<Part> parts() {
    Map<Owner, List<Integer>> byOwner = new LinkedHashMap<>();
    for (int partition = 0; partition < readModel.partitions(); partition++) {
      Owner owner = readModel.owner(partition);
      if (owner instanceof Owner.Nobody) {
        throw new ViewUnavailableException(
            "no node answers for partition " + partition + " now, try again");
      }
      byOwner.computeIfAbsent(owner, first -> new ArrayList<>()).add(partition);
    }
    return byOwner.entrySet().stream()
        .map(part -> new Part(part.getKey(), List.copyOf(part.getValue())))
        .toList();
  }

  @Override
  public Answer ask(
      MultiMap caller, Owner.Remote node, List<Integer> partitions, String uri, long millis) {
    String address = node.address();
    MultiMap headers = HttpHeaders.headers();
    headers.addAll(caller);
    headers
        .set(AskedPartitions.HEADER, AskedPartitions.format(partitions))
        .set(InternalCalls.DEADLINE, Long.toString(millis));
    Future<Answer> answer =
        nodes.ask(
            Lane.LISTINGS,
            node,
            uri,
            request -> request.headers().addAll(headers),
            millis,
            response -> answer(response, address));
    try {
      return answer.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RefusedException refused) {
        throw refused;
      }
      neighbours.askAll();
      throw new ViewUnavailableException(
          "node %s %s, try again"
              .formatted(
                  address,
                  e.getCause() instanceof TimeoutException ? "is too slow" : "does not answer"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ViewUnavailableException("interrupted");
    }
  }

  private static Future<Answer> answer(HttpClientResponse response, String address) {
    if (response.statusCode() == OK) {
      if (length(response) > MOST_BYTES) {
        response.request().reset();
        return Future.failedFuture(
            RefusedException.fault("a part of the listing at node " + address + " is too long"));
      }
      Optional<String> next = Optional.ofNullable(response.getHeader(NEXT_CURSOR));
      return response.body().map(body -> new Answer(body, next));
    }
    boolean moved = InternalCalls.isNotTaken(response.headers());
    return response
        .body()
        .compose(
            body ->
                Future.failedFuture(
                    moved
                        ? new ViewUnavailableException("a view has moved from node " + address)
                        : refusal(response.statusCode(), body)));
  }

  /** A part says how long it is. */
  private static long length(HttpClientResponse response) {
    String length = response.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null ? Long.MAX_VALUE : Long.parseLong(length);
  }

  private static RuntimeException refusal(int status, Buffer body) {
    String message = "status " + status;
    try {
      message = body.toJsonObject().getString("message", message);
    } catch (DecodeException | ClassCastException noJson) {
      // the status says it
    }
    Optional<Reason> reason = Statuses.reason(status);
    return reason.isEmpty() || reason.get() == Reason.UNAVAILABLE
        ? new ViewUnavailableException(message)
        : new RefusedException(reason.get(), message);
  }
}
