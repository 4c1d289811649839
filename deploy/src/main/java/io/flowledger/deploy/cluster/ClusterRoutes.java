package io.flowledger.deploy.cluster;

import io.flowledger.http.BlockingWork;
import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.Projector;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.schemas.Position;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** What a node knows of its cluster: {@code GET /cluster}. */
public final class ClusterRoutes implements Routes {

  private static final int MOST_UNDER_WAY = 4;

  private final Supplier<ClusterPicture> picture;
  private final BlockingWork work;

  ClusterRoutes(Supplier<ClusterPicture> picture, Vertx vertx) {
    this.picture = picture;
    this.work =
        BlockingWork.onSharedThreads(
            vertx,
            MOST_UNDER_WAY,
            () -> RefusedException.unavailable("too many ask for the cluster, try again"));
  }

  /**
   * That of a node that is alone: it is a cluster of one.
   *
   * @param address {@code host:port} of its only port
   */
  public static ClusterRoutes ofTheOnlyOne(
      String address, String version, Projector projector, Vertx vertx) {
    return new ClusterRoutes(() -> ofTheOnlyOne(address, version, projector), vertx);
  }

  private static ClusterPicture ofTheOnlyOne(String address, String version, Projector projector) {
    List<Integer> here =
        IntStream.range(0, projector.partitions())
            .filter(partition -> projector.owner(partition) instanceof Owner.Local)
            .boxed()
            .toList();
    ClusterPicture.Word word =
        new ClusterPicture.Word(
            version, false, OptionalLong.empty(), here, projector.applied(), Map.of());
    return ClusterPicture.of(
        List.of(
            new ClusterPicture.Node(address, true, true, Optional.of(word), OptionalLong.of(0))),
        projector.partitions(),
        partition -> projector.end(Position.Log.EVENTS, partition));
  }

  @Override
  public void mount(Router router) {
    router.route("/cluster").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::get);
  }

  private void get(RoutingContext request) {
    work.run(() -> picture.get().toJson())
        .onSuccess(
            json ->
                request
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(json))
        .onFailure(request::fail);
  }
}
