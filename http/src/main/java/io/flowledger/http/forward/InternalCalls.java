package io.flowledger.http.forward;

import io.flowledger.http.Caller;
import io.flowledger.http.Requests;
import io.flowledger.http.Routes;
import io.flowledger.http.Telemetry;
import io.flowledger.http.access.Access;
import io.flowledger.http.access.Credential;
import io.flowledger.http.access.FlowPaths;
import io.flowledger.http.access.Grants;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.ReadModel;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What stands before the endpoints on the internal port: who calls has to be a node of the cluster,
 * and what is forwarded is answered here, or not at all: there is one hop.
 */
public final class InternalCalls implements Routes {

  /** In an answer: this node does not answer for the partition, and has done nothing. */
  static final String NOT_OWNER = "Flowledger-Not-Owner";

  /** In an answer: whoever calls does not know the secret, and nothing has been done. */
  private static final String STRANGER = "Flowledger-Stranger";

  /** In a request: the address of the client that it was sent by. */
  static final String CLIENT = "Flowledger-Client";

  /** In a request: the name of the credential that the client has proven. */
  static final String CREDENTIAL = "Flowledger-Credential";

  /** In a request: what that credential may do, and with which flows. */
  static final String GRANTS = "Flowledger-Grants";

  /** In a request: milliseconds within which its answer has to begin, since nobody waits longer. */
  static final String DEADLINE = "Flowledger-Deadline-Ms";

  /** In a request: a node has sent it, so it must not be forwarded once more. */
  static final String HOP = "Flowledger-Hop";

  private final ClusterSecret secret;
  private final ReadModel readModel;
  private final UnderWay underWay;

  /**
   * @param underWay counts the requests
   */
  public InternalCalls(ClusterSecret secret, ReadModel readModel, UnderWay underWay) {
    this.secret = secret;
    this.readModel = readModel;
    this.underWay = underWay;
  }

  /** Whether an answer of another node says that it has not taken a request. */
  static boolean isNotTaken(MultiMap headers) {
    return headers.contains(NOT_OWNER) || headers.contains(STRANGER);
  }

  @Override
  public void mount(Router router) {
    router.route().handler(this::believe);
    Stream.of(FlowPaths.OF_PATH, FlowPaths.OF_PARAMETER)
        .flatMap(List::stream)
        .forEach(path -> router.route(path).handler(this::ofFlow).failureHandler(this::failed));
  }

  /** Headers that say whom a request comes from, for what other nodes are asked on its behalf. */
  public static MultiMap caller(RoutingContext request) {
    MultiMap headers = HttpHeaders.headers();
    tellCaller(request, headers);
    return headers;
  }

  /** Says whom a request comes from that goes to another node. */
  static void tellCaller(RoutingContext request, MultiMap headers) {
    Telemetry.passOn(request, headers);
    Caller caller = Caller.of(request);
    if (caller.address() != null) {
      headers.set(CLIENT, caller.address());
    }
    if (caller.credential() != null) {
      headers.set(CREDENTIAL, caller.credential());
    }
    Access.of(request).grants().ifPresent(grants -> headers.set(GRANTS, grants));
  }

  /** Nothing is read of whoever does not know the secret, nor from their connection. */
  @Override
  public void admit(RoutingContext request) {
    try {
      secret.require(request.request().headers());
    } catch (RefusedException stranger) {
      request.response().putHeader(HttpHeaders.CONNECTION, "close").putHeader(STRANGER, "1");
      if (request.request().version() != HttpVersion.HTTP_2) {
        request.addEndHandler(told -> request.request().connection().close()); // body or not
      }
      throw stranger;
    }
    underWay.begin(request);
  }

  /** What the other node says of a request. */
  private void believe(RoutingContext request) {
    String client = request.request().getHeader(CLIENT);
    if (client != null) {
      Caller.from(request, client);
    }
    String credential = request.request().getHeader(CREDENTIAL);
    if (credential != null) {
      Caller.isCredential(request, credential);
      String grants = request.request().getHeader(GRANTS);
      Access.put(request, new Credential(credential, Grants.parse(grants == null ? "" : grants)));
    }
    String deadline = request.request().getHeader(DEADLINE);
    if (deadline != null) {
      Requests.putDeadline(request, System.nanoTime() + nanos(deadline));
    }
    String partitions = request.request().getHeader(AskedPartitions.HEADER);
    if (partitions != null) {
      askedFor(request, AskedPartitions.parse(partitions, readModel.partitions()));
    } else {
      request.next();
    }
  }

  private static long nanos(String millis) {
    try {
      return TimeUnit.MILLISECONDS.toNanos(Long.parseLong(millis));
    } catch (NumberFormatException none) {
      throw RefusedException.malformed(DEADLINE + " is no number: '" + millis + "'");
    }
  }

  private void askedFor(RoutingContext request, List<Integer> partitions) {
    for (int partition : partitions) {
      if (!(readModel.owner(partition) instanceof Owner.Local)) {
        refuse(request, partition);
        return;
      }
    }
    AskedPartitions.put(request, partitions);
    request.next();
  }

  private void ofFlow(RoutingContext request) {
    Optional<String> flow = FlowPaths.flow(request);
    if (flow.isEmpty()) {
      request.next();
      return;
    }
    int partition = readModel.partitionOf(flow.get());
    if (readModel.owner(partition) instanceof Owner.Local) {
      request.next();
    } else {
      refuse(request, partition);
    }
  }

  /** What has lost its view before anything was done is as if it had come a moment later. */
  private void failed(RoutingContext request) {
    Forwarding.lost(request, readModel)
        .ifPresent(
            partition -> request.response().putHeader(NOT_OWNER, Integer.toString(partition)));
    request.next();
  }

  private static void refuse(RoutingContext request, int partition) {
    request.response().putHeader(NOT_OWNER, Integer.toString(partition));
    request.fail(
        RefusedException.unavailable("this node does not answer for partition " + partition));
  }
}
