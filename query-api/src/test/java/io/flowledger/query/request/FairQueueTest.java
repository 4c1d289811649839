package io.flowledger.query.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FairQueueTest {

  private final FairQueue queue = new FairQueue();
  private final List<String> served = new ArrayList<>();

  private void add(String client, String work) {
    queue.add(client, () -> served.add(client + work));
  }

  private List<String> serve(int count) {
    served.clear();
    for (int i = 0; i < count; i++) {
      queue.take().run();
    }
    return served;
  }

  @Test
  void clientsAreServedByTurnsHoweverMuchOneAsksFor() {
    List.of("1", "2", "3", "4").forEach(work -> add("a", work));
    add("b", "1");
    add("c", "1");
    add("b", "2");
    assertThat(serve(7)).containsExactly("a1", "b1", "c1", "a2", "b2", "a3", "a4");
  }

  @Test
  void whoeverComesLaterIsServedBeforeAnybodyTwice() {
    List.of("1", "2", "3").forEach(work -> add("a", work));
    assertThat(serve(1)).containsExactly("a1");
    add("b", "1");
    assertThat(serve(3)).containsExactly("a2", "b1", "a3");
  }
}
