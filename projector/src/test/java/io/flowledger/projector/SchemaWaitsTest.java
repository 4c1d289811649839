package io.flowledger.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.projector.ReadableStore.Report;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.FakeLog;
import io.flowledger.projector.fixture.MemoryRegistry;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.projection.EventsProjection;
import io.flowledger.projector.row.Verdict;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.ViewKind;
import io.flowledger.projector.store.ViewKinds;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.serde.EventSerde;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While the registry cannot be asked, a record is neither a dead letter nor applied later. */
class SchemaWaitsTest {

  private static final String DOWN =
      "views do not advance, since the schema registry does not answer";

  private final EventSerde writer = Events.serde();
  private final Outage registry = new Outage();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final SchemaWaits waits = new SchemaWaits(metrics);
  private final ViewKind kind =
      ViewKinds.events(
          FakeLog.PARTITION.topic(),
          1,
          waits.around(new EventsProjection(new EventSerde(registry))));
  private final FakeLog log = new FakeLog();
  private final ReadableStore reports = new ReadableStore();
  private final RocksResources resources = new RocksResources(8 << 20);

  @TempDir private Path folder = Path.of("");

  @AfterEach
  void free() {
    waits.close();
    resources.close();
  }

  /** Knows what the writer has registered, but cannot be asked at first. */
  private static final class Outage implements SchemaRegistry {
    private final MemoryRegistry registry = new MemoryRegistry();
    private final CountDownLatch askedTwice = new CountDownLatch(2);
    private volatile boolean over;

    Outage() {
      // the same numbers as the writer's
      io.flowledger.schemas.EventTypes.EVENTS.forEach(
          schema -> registry.register("subject", schema));
    }

    @Override
    public int register(String subject, Schema schema) {
      throw new SchemaRegistryException("read only");
    }

    @Override
    public Optional<Schema> schema(int id) {
      if (!over) {
        askedTwice.countDown();
        throw new SchemaRegistryException("the schema registry does not answer");
      }
      return registry.schema(id);
    }

    void awaitQuestions() throws InterruptedException {
      assertThat(askedTwice.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {}
  }

  private ViewStore open() {
    log.append(Events.utf8("F"), writer.serialize(Events.flow(1, "F", 11)));
    log.append(Events.utf8("F"), writer.serialize(Events.run(2, "F", 1, null, null, 12)));
    ViewStore store = new ViewStore(kind, resources, log, reports);
    return store;
  }

  private StoreContext init(ViewStore store) {
    StoreContext context = new StoreContext(folder);
    store.init(context, store);
    return context;
  }

  private double waiting() {
    return metrics.get("flowledger.schema.waits").gauge().value();
  }

  @Test
  void aLiveViewWaitsAndGoesOnInOrder() throws InterruptedException {
    ViewStore store = open();
    init(store);
    store.goLive();
    CompletableFuture<List<Verdict>> applied =
        CompletableFuture.supplyAsync(
            () ->
                List.of(
                    store.apply(log.record(0).key(), log.record(0).value(), 0),
                    store.apply(log.record(1).key(), log.record(1).value(), 1)));
    registry.awaitQuestions();

    assertThat(waits.reason()).contains(DOWN);
    assertThat(waiting()).isEqualTo(1);
    assertThat(applied).isNotDone();
    assertThat(reports.table().get(Keys.flow("F"))).isNull(); // and may be read

    registry.over = true;
    assertThat(applied.join()).containsExactly(Verdict.APPLIED, Verdict.APPLIED);
    store.write();
    assertThat(reports.reports())
        .containsExactly(new Report.Live(0, -1, 1), new Report.Applied(0, 1));
    assertThat(reports.table().get(Keys.run(1))).isNotNull();
    assertThat(waits.reason()).isEmpty();
    assertThat(waiting()).isZero();
    store.close();
  }

  @Test
  void aRestoringViewWaitsAndGoesOnInOrder() throws InterruptedException {
    ViewStore store = open();
    StoreContext context = init(store);
    CompletableFuture<Void> restored =
        CompletableFuture.runAsync(() -> context.restore(List.of(log.record(0), log.record(1))));
    registry.awaitQuestions();
    assertThat(waits.reason()).contains(DOWN);
    assertThat(restored).isNotDone();

    registry.over = true;
    restored.join();
    store.goLive();
    assertThat(reports.reports()).containsExactly(new Report.Live(0, 1, 1));
    store.close();
  }

  @Test
  void whoWaitsGivesUpWhenTheProcessEnds() throws InterruptedException {
    ViewStore store = open();
    init(store);
    CompletableFuture<Verdict> applied =
        CompletableFuture.supplyAsync(
            () -> store.apply(log.record(0).key(), log.record(0).value(), 0));
    registry.awaitQuestions();

    waits.close();

    assertThatThrownBy(applied::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isExactlyInstanceOf(WakeupException.class);
    assertThat(waits.reason()).isEmpty();
    store.close();
  }
}
