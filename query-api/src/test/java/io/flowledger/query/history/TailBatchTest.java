package io.flowledger.query.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.row.Verdict;
import io.flowledger.query.event.EventHistory;
import io.flowledger.query.event.HistoryEvent;
import io.flowledger.query.event.HistoryScope;
import io.flowledger.query.fixture.World;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TailBatchTest {

  private static final int NO_BOUND = 1 << 20;

  private final List<HistoryEvent> events = new ArrayList<>();
  private World world;

  @BeforeEach
  void start(@TempDir Path directory) {
    world = new World(directory, 1);
    world.flow("F", 10);
    world.run("F", 1, 20);
    world.step("F", 1, "start", 30);
    world.run("F", 2, 40);
    world
        .views()
        .events(
            0,
            LongStream.range(0, 4).toArray(),
            logged -> events.add(new HistoryEvent(0, logged, Verdict.APPLIED)));
  }

  @AfterEach
  void stop() {
    world.close();
  }

  private Subscription subscription(String uri, Predicate<HistoryEvent> wanted) {
    return new Subscription(
        uri, new EventHistory(world.views(), 0, HistoryScope.ofFlow("F"), any -> true), wanted);
  }

  private Subscription ofRun(long run) {
    return subscription("/" + run, event -> event.envelope().runNumber() == run);
  }

  private String text(int... offsets) {
    StringBuilder text = new StringBuilder();
    for (int offset : offsets) {
      text.append(new String(Subscription.render(events.get(offset)), StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  private static ByteBuf bytes(Buffer buffer) {
    return ((BufferInternal) buffer).getByteBuf();
  }

  @Test
  void eachIsToldWhatItWants() {
    Subscription none = subscription("/none", event -> false);
    TailBatch batch = new TailBatch(Set.of(ofRun(1), ofRun(2), none), 9, NO_BOUND);
    assertThat(events).allMatch(batch::add);
    assertThat(batch.of(ofRun(1))).hasToString(text(1, 2));
    assertThat(batch.of(ofRun(2))).hasToString(text(3));
    assertThat(batch.of(none)).hasToString("");
    assertThat(batch.of(ofRun(3))).hasToString("");
    assertThat(batch.end()).isEqualTo(9);
  }

  @Test
  void anEventIsInMemoryOnceWhoeverWantsIt() {
    Subscription one = subscription("/one", event -> true);
    Subscription other = subscription("/other", event -> true);
    TailBatch batch = new TailBatch(Set.of(one, other), 1, NO_BOUND);
    batch.add(events.get(0));
    assertThat(bytes(batch.of(one)).array()).isSameAs(bytes(batch.of(other)).array());
  }

  @Test
  void theBoundIsOfWhatAllTogetherWant() {
    int two = text(0, 1).length();
    TailBatch batch = new TailBatch(Set.of(ofRun(0), ofRun(1)), 9, two);
    assertThat(batch.add(events.get(0))).isTrue();
    assertThat(batch.add(events.get(1))).isFalse();
    assertThat(batch.end()).isEqualTo(2);
  }

  @Test
  void aBufferCanBeSentToMany() {
    Subscription all = subscription("/", event -> true);
    TailBatch batch = new TailBatch(Set.of(all), 9, NO_BOUND);
    events.forEach(batch::add);
    Buffer buffer = batch.of(all);
    for (int sent = 0; sent < 3; sent++) {
      ByteBuf taken = bytes(buffer);
      assertThat(taken.toString(StandardCharsets.UTF_8)).isEqualTo(text(0, 1, 2, 3));
      taken.release();
    }
  }
}
