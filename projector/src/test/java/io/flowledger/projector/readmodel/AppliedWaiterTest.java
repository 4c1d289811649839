package io.flowledger.projector.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.readmodel.ReadModel.AppliedWaiter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AppliedWaiterTest {

  private final List<Runnable> tasks = new ArrayList<>();
  private final List<Optional<ViewUnavailableException>> told = new ArrayList<>();
  private final AppliedWaiter waiter = AppliedWaiter.then(tasks::add, told::add);

  @Test
  void whatIsAppliedIsToldOnTheExecutor() {
    waiter.applied();
    assertThat(told).isEmpty();
    tasks.forEach(Runnable::run);
    assertThat(told).containsExactly(Optional.empty());
  }

  @Test
  void whyNothingCanBeSaidIsToldOnTheExecutor() {
    ViewUnavailableException reason = new ViewUnavailableException("the view is closed");
    waiter.unavailable(reason);
    assertThat(told).isEmpty();
    tasks.forEach(Runnable::run);
    assertThat(told).containsExactly(Optional.of(reason));
  }
}
