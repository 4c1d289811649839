package io.flowledger.projector.readmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.schemas.Position;
import org.junit.jupiter.api.Test;

class PromisesTest {

  private final Promises promises = new Promises(3);

  @Test
  void noneIsMadeWhileViewsKeepUp() {
    assertThat(promises.none()).isTrue();
    assertThat(promises.all()).isEmpty();
    assertThat(promises.of(2)).isEmpty();
    assertThat(promises.of(Position.Log.EVENTS, 2)).isEmpty();
  }

  @Test
  void theLastOfEachLogCounts() {
    promises.make(Position.event(2, 7));
    promises.make(Position.event(2, 5));
    promises.make(Position.heartbeat(2, 0));
    promises.make(Position.event(0, 0));

    assertThat(promises.none()).isFalse();
    assertThat(promises.of(2)).containsExactly(Position.event(2, 7), Position.heartbeat(2, 0));
    assertThat(promises.of(Position.Log.EVENTS, 2)).contains(Position.event(2, 7));
    assertThat(promises.of(1)).isEmpty();
    assertThat(promises.all())
        .containsExactly(Position.event(0, 0), Position.event(2, 7), Position.heartbeat(2, 0));
  }

  @Test
  void noneIsMadeForAViewThatAnotherHas() {
    Promises ofTheFirst = new Promises(3, partition -> partition == 0);
    ofTheFirst.make(Position.event(0, 7));

    assertThatThrownBy(() -> ofTheFirst.make(Position.event(1, 7)))
        .isInstanceOf(ViewUnavailableException.class)
        .hasMessage("1@7 is in the log, but it is not known what became of it, try again");
    assertThat(ofTheFirst.all()).containsExactly(Position.event(0, 7));
  }

  @Test
  void oneThatIsKeptIsOverUnlessAnotherHasBeenMade() {
    promises.make(Position.event(1, 3));
    promises.make(Position.event(1, 4));

    promises.kept(Position.event(1, 3));
    assertThat(promises.of(1)).containsExactly(Position.event(1, 4));
    promises.kept(Position.event(1, 4));
    assertThat(promises.of(1)).isEmpty();

    promises.make(Position.event(1, 5));
    promises.kept(Position.event(2, 9));
    promises.kept(Position.heartbeat(1, 9));
    assertThat(promises.of(1)).containsExactly(Position.event(1, 5));
    promises.kept(Position.event(1, 9));
    assertThat(promises.of(1)).isEmpty();
  }
}
