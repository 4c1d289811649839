package io.flowledger.projector;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.projector.fixture.MemoryRegistry;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.schemas.serde.EventSerde;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A projector that is still making its views, while requests come already. */
final class ProjectorStartTest {

  private static final Map<String, Object> SETTINGS = Map.of("bootstrap.servers", "127.0.0.1:1");

  private Projector projector;

  @BeforeEach
  void make(@TempDir Path views) {
    projector = projector(views, SETTINGS, fault -> {});
  }

  private static Projector projector(
      Path views, Map<String, Object> clients, Consumer<Throwable> failed) {
    EventSerde serde = MemoryRegistry.serde(LocalReadModel.topics(1));
    return new Projector(
        new ProjectorConfig(
            clients,
            LocalReadModel.topics(1),
            views,
            "test",
            "127.0.0.1:8080",
            Duration.ofSeconds(1),
            Duration.ofSeconds(6),
            8 << 20),
        serde,
        new SimpleMeterRegistry(),
        failed,
        Tenure.ofTheOnlyOne());
  }

  @AfterEach
  void close() {
    projector.close();
  }

  @Test
  void nobodyHasAPartitionYet() {
    assertThat(projector.owner(0)).isEqualTo(new Owner.Nobody());
  }

  /** Whoever waits for the views would wait for ever. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whateverEndsTheStartIsTold(boolean error, @TempDir Path folder) {
    Throwable fault = error ? new StackOverflowError() : new IllegalStateException();
    AtomicBoolean broken = new AtomicBoolean();
    CompletableFuture<Throwable> told = new CompletableFuture<>();
    try (Projector failing = projector(folder, new Clients(broken, fault), told::complete)) {
      broken.set(true);
      failing.start();
      assertThat(told.orTimeout(20, TimeUnit.SECONDS).join()).isSameAs(fault);
      broken.set(false);
    }
  }

  /** Settings that cannot be read once something is broken. */
  private static final class Clients extends AbstractMap<String, Object> {
    private final AtomicBoolean broken;
    private final Throwable fault;

    Clients(AtomicBoolean broken, Throwable fault) {
      this.broken = broken;
      this.fault = fault;
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
      if (broken.get()) {
        if (fault instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) fault;
      }
      return SETTINGS.entrySet();
    }
  }
}
