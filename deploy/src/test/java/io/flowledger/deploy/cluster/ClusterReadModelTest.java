package io.flowledger.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.forward.ClusterSecret;
import io.flowledger.http.forward.NodeClient;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ReadModel.Readiness;
import io.vertx.core.Vertx;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a node among others is to be asked. */
class ClusterReadModelTest {

  private final Vertx vertx = Vertx.vertx();
  private boolean draining;
  private boolean certain = true;
  private Optional<String> cutOff = Optional.empty();

  private boolean viewsOpen = true;

  @SuppressWarnings("NullAway.Init")
  private NodeClient client;

  @SuppressWarnings("NullAway.Init")
  private ClusterReadModel readModel;

  /** Says whether its views are open, and no more. */
  private ReadModel own() {
    return (ReadModel)
        Proxy.newProxyInstance(
            ReadModel.class.getClassLoader(),
            new Class<?>[] {ReadModel.class},
            (model, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("readiness");
              return new Readiness(viewsOpen, viewsOpen ? "" : "all views are closed");
            });
  }

  @BeforeEach
  void open() {
    client = new NodeClient(vertx, new ClusterSecret(Optional.empty()));
    readModel =
        new ClusterReadModel(
            own(),
            (node, partition) -> true,
            client,
            vertx,
            Duration.ofSeconds(1),
            () -> draining,
            () -> certain,
            () -> cutOff);
  }

  @AfterEach
  void close() {
    client.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void oneWhosePartitionsMoveIsToBeAskedAllTheSame() {
    viewsOpen = false;
    assertThat(readModel.readiness()).isEqualTo(new Readiness(false, "all views are closed"));
    viewsOpen = true;
    assertThat(readModel.readiness()).isEqualTo(new Readiness(true, ""));
    viewsOpen = false;
    assertThat(readModel.readiness()).isEqualTo(new Readiness(true, "all views are closed"));
    certain = false;
    assertThat(readModel.readiness())
        .isEqualTo(
            new Readiness(false, "the group of the nodes cannot be asked; all views are closed"));
  }

  @Test
  void oneThatIsCutOffFromTheOthersIsNot() {
    cutOff = Optional.of("2 of 2 other nodes do not answer");
    viewsOpen = false;
    assertThat(readModel.readiness().explanation())
        .as("at first")
        .isEqualTo("all views are closed");
    cutOff = Optional.empty();
    viewsOpen = true;
    assertThat(readModel.readiness().ready()).isTrue();
    cutOff = Optional.of("2 of 2 other nodes do not answer");
    assertThat(readModel.readiness())
        .isEqualTo(new Readiness(false, "2 of 2 other nodes do not answer"));
    draining = true;
    assertThat(readModel.readiness()).isEqualTo(new Readiness(false, "this node is about to stop"));
  }
}
