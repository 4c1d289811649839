package io.flowledger.query.metaflow;

import static io.flowledger.http.fixture.Rejections.rejection;
import static io.flowledger.query.fixture.Queries.numbers;
import static io.flowledger.query.fixture.Queries.parameters;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.readmodel.ListingView.ListedTask;
import io.flowledger.query.filter.Filters;
import io.flowledger.query.fixture.World;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Four tasks, and which of them a query string asks for. */
final class TaskFiltersTest {

  private static World world;

  @BeforeAll
  static void register(@TempDir Path directory) {
    world = new World(directory, 1);
    world.flow("F", 1);
    world.run("F", 1, 1);
    world.step("F", 1, "start", 1);
    world.apply(Events.task("F", 1, "start", 1).by("alice").at(11));
    world.apply(Events.task("F", 1, "start", 2).by("alice").beating(500L).at(12));
    world.apply(Events.task("F", 1, "start", 3).beating(600L).at(13));
    world.apply(Events.task("F", 1, "start", 4).named("t-alpha").by("alice").at(14));
  }

  @AfterAll
  static void close() {
    world.close();
  }

  private List<Long> matching(String query) {
    Filters<ListedTask> filters = TaskFilters.of(parameters(query));
    List<Long> ids = new ArrayList<>();
    world
        .view("F")
        .tasks(
            1,
            "start",
            Optional.empty(),
            task -> {
              if (filters.matches(task)) {
                ids.add(task.row().id());
              }
              return true;
            });
    return ids;
  }

  @ParameterizedTest
  @CsvSource({
    "user_name=alice, 4 2 1",
    "user_name:ne=alice, ''",
    "user_name=null, 3",
    "user_name:co=LIC, 4 2 1",
    "task_id=1, 1",
    "'task_id:eq=1,2', 2 1",
    "task_id:gt=2, 4 3",
    "task_id:co=1, 1",
    "task_name=t-alpha, 4",
    "task_name:sw=t-, 4",
    "task_name=null, 3 2 1",
    "task_name:ne=null, 4",
    "ts_epoch:ge=0, 4 3 2 1",
    "ts_epoch:lt=13, 2 1",
    "last_heartbeat_ts=null, 4 1",
    "last_heartbeat_ts:is=null, 4 1",
    "last_heartbeat_ts:gt=0, 3 2",
    "last_heartbeat_ts:gt=500, 3",
    "user_name=alice&task_id:ge=2, 4 2"
  })
  void selectTasks(String query, String ids) {
    assertThat(matching(query)).isEqualTo(numbers(ids));
  }

  @ParameterizedTest
  @CsvSource({"status=running", "flow_id=Z", "step_name=Z", "_tags:any=zzz", "nonsense=1"})
  void whatNamesNoFieldOfTasksIsIgnored(String query) {
    assertThat(TaskFilters.of(parameters(query)).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ts_epoch:ge=x | invalid ts_epoch: expected integer epoch milliseconds, got 'x'
          task_id=abc   | invalid task_id: expected integer, got 'abc'
          task_id:zz=1  | unsupported operator 'zz' for field 'task_id'
          """)
  void whatMakesNoSenseIsRefused(String query, String message) {
    assertThat(rejection(() -> TaskFilters.of(parameters(query)))).isEqualTo("400 " + message);
  }
}
