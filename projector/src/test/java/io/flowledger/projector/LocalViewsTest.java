package io.flowledger.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.event.FlowRegistered;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.readmodel.ReadModel.AppliedWaiter;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.schemas.Position;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A view is readable while both its halves are here and have caught up. */
class LocalViewsTest {

  private static final FlowRegistered FLOW = Events.flow(1, "F", 1000);

  @TempDir private Path folder;
  private RocksResources resources;
  private RocksTable eventsTable;
  private RocksTable heartbeatsTable;

  private long now = 5;
  private final List<String> told = new ArrayList<>();
  private final LocalViews views =
      new LocalViews(2, Duration.ofNanos(100), () -> now, Tenure.ofTheOnlyOne());
  private final ViewStore.Listener events = views.listener(Position.Log.EVENTS);
  private final ViewStore.Listener heartbeats = views.listener(Position.Log.HEARTBEATS);

  @BeforeEach
  void open() {
    resources = new RocksResources(8 << 20);
    eventsTable = new RocksTable(folder.resolve("events").toFile(), resources);
    heartbeatsTable = new RocksTable(folder.resolve("heartbeats").toFile(), resources);
  }

  @AfterEach
  void close() {
    eventsTable.close();
    heartbeatsTable.close();
    resources.close();
  }

  private void eventsLive(long applied, long target) {
    events.live(1, new ViewStore.Snapshot(eventsTable, applied, target));
  }

  private void heartbeatsLive(long applied, long target) {
    heartbeats.live(1, new ViewStore.Snapshot(heartbeatsTable, applied, target));
  }

  private void assertUnavailable(String reason) {
    assertThatThrownBy(() -> views.view(1))
        .isExactlyInstanceOf(ViewUnavailableException.class)
        .hasMessage(reason);
  }

  private void await(Position position) {
    views.await(
        position,
        new AppliedWaiter() {
          @Override
          public void applied() {
            told.add(position + " applied");
          }

          @Override
          public void unavailable(ViewUnavailableException reason) {
            told.add(position + " " + reason.getMessage());
          }
        });
  }

  @Test
  void nothingIsHereAtFirst() {
    assertThat(views.isHere(1)).isFalse();
    assertUnavailable("the view of partition 1 is not here");
    assertThat(views.unreadable()).containsExactly(0, 1);
  }

  @Test
  void bothHalvesMustBeHere() {
    eventsLive(3, 3);
    assertThat(views.isHere(1)).isTrue();
    assertUnavailable("the view of partition 1 is catching up with the log");

    heartbeatsLive(-1, -1);
    assertThat(views.view(1)).isNotNull();
    assertThat(views.unreadable()).containsExactly(0);
  }

  @Test
  void bothHalvesMustHaveCaughtUp() {
    eventsLive(1, 3);
    heartbeatsLive(-1, 0);

    events.applied(1, 2);
    heartbeats.applied(1, 0);
    assertUnavailable("the view of partition 1 is catching up with the log");

    events.applied(1, 3);
    assertThat(views.view(1)).isNotNull();
  }

  @Test
  void oneHalfThatGoesTakesTheViewAway() {
    eventsLive(3, 3);
    heartbeatsLive(0, 0);

    heartbeats.closed(1);
    assertUnavailable("the view of partition 1 is catching up with the log");
    events.closed(1);
    assertUnavailable("the view of partition 1 is not here");

    eventsLive(3, 4);
    heartbeatsLive(0, 0);
    assertUnavailable("the view of partition 1 is catching up with the log");
    events.applied(1, 4);
    assertThat(views.view(1)).isNotNull();
  }

  @Test
  void readinessNeedsAllPartitions() {
    for (int partition = 0; partition < 2; partition++) {
      events.live(partition, new ViewStore.Snapshot(eventsTable, 0, 0));
      heartbeats.live(partition, new ViewStore.Snapshot(heartbeatsTable, 0, 0));
    }

    assertThat(views.unreadable()).isEmpty();
  }

  @Test
  void aViewReadsTheTables() {
    eventsTable.put(Keys.flow("F"), FlowRow.of(FLOW).bytes());
    eventsLive(0, 0);
    heartbeatsLive(-1, -1);

    View view = views.view(1);
    assertThat(view.flow("F").map(FlowRow::flowId)).hasValue("F");
    assertThat(view.flow("G")).isEmpty();

    eventsTable.close();
    assertThatThrownBy(() -> view.flow("F"))
        .isExactlyInstanceOf(ViewUnavailableException.class)
        .hasMessage("the view is closed");
  }

  @Test
  void aViewThatGoesWhileItIsCopiedIsNotHere() {
    eventsLive(0, 0);
    assertThat(views.checkpoint(1, Position.Log.EVENTS, folder.resolve("copy"))).isTrue();
    eventsTable.close();
    assertThat(views.checkpoint(1, Position.Log.EVENTS, folder.resolve("other"))).isFalse();
    assertThat(views.checkpoint(0, Position.Log.EVENTS, folder.resolve("other"))).isFalse();
  }

  @Test
  void waitersAreToldPerLogEvenBeforeTheViewHasCaughtUp() {
    eventsLive(1, 3);
    heartbeatsLive(0, 9);

    await(Position.event(1, 1));
    await(Position.event(1, 2));
    await(Position.heartbeat(1, 2));
    await(Position.event(0, 0));
    events.applied(1, 2);

    assertThat(told).containsExactly("1@1 applied", "0@0 the view is not open here", "1@2 applied");

    heartbeats.closed(1);
    assertThat(told)
        .containsExactly(
            "1@1 applied",
            "0@0 the view is not open here",
            "1@2 applied",
            "heartbeats/1@2 the view has moved");
  }

  @Test
  void waitersWaitNoLongerThanTheTimeout() {
    eventsLive(-1, -1);
    heartbeatsLive(-1, -1);
    await(Position.event(1, 0));
    now += 50;
    await(Position.heartbeat(1, 0));

    now += 49;
    views.expire();
    assertThat(told).isEmpty();

    now++;
    views.expire();
    assertThat(told).containsExactly("1@0 offset 0 was not applied in time");

    now += 50;
    views.expire();
    assertThat(told)
        .containsExactly(
            "1@0 offset 0 was not applied in time",
            "heartbeats/1@0 offset 0 was not applied in time");
  }
}
