package io.flowledger.query.metaflow;

import static io.flowledger.http.fixture.Rejections.rejection;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.readmodel.View;
import io.flowledger.query.answer.Listing;
import io.flowledger.query.fixture.World;
import io.vertx.core.MultiMap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FilteredTasksTest {

  private World world;

  @BeforeEach
  void register(@TempDir Path directory) {
    world = new World(directory, 1);
    world.flow("F", 1);
    world.apply(Events.run("F", 1).named("argo-1").at(1));
    world.step("F", 1, "start", 1);
    world.step("F", 1, "end", 1);
    world.task("F", 1, "start", 9, 1);
    world.apply(Events.task("F", 1, "start", 10).named("t-ten").at(1));
    world.task("F", 1, "start", 11, 1);
    world.task("F", 1, "end", 12, 1);
    world.metadata("F", 1, "start", 11, "attempt", "0", 2);
    world.metadata("F", 1, "start", 9, "attempt", "1", 3);
    world.metadata("F", 1, "start", 10, "stack", "items:10,inner:3", 4);
    world.metadata("F", 1, "start", 9, "stack", "items:1", 5);
    world.metadata("F", 1, "start", 9, "stack", "items:2", 6);
    world.metadata("F", 1, "end", 12, "attempt", "0", 7);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static FilteredTasks filter(String... parameters) {
    MultiMap map = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < parameters.length; i += 2) {
      map.add(parameters[i], parameters[i + 1]);
    }
    return FilteredTasks.of(map);
  }

  private List<String> pathspecs(String... parameters) {
    Listing<View.TaskMetadata, View.MetadataPlace> listing =
        filter(parameters).listing(world.view("F"), world.run("F", 1), "start");
    List<String> pathspecs = new ArrayList<>();
    listing.scanShown(
        Optional.empty(),
        task -> {
          listing
              .renderer()
              .render(
                  task,
                  (bytes, offset, length) ->
                      pathspecs.add(new String(bytes, offset, length, UTF_8)));
          return true;
        });
    return pathspecs;
  }

  private static final String NINE = "\"F/argo-1/start/9\"";
  private static final String TEN = "\"F/argo-1/start/t-ten\"";
  private static final String ELEVEN = "\"F/argo-1/start/11\"";

  @Test
  void withoutParametersAreAllTasksThatHaveMetadata() {
    assertThat(pathspecs()).containsExactly(NINE, TEN, ELEVEN);
    assertThat(pathspecs("metadata_field_name", "", "pattern", ""))
        .containsExactly(NINE, TEN, ELEVEN);
  }

  @Test
  void byFieldName() {
    assertThat(pathspecs("metadata_field_name", "attempt")).containsExactly(NINE, ELEVEN);
    assertThat(pathspecs("metadata_field_name", "stack")).containsExactly(NINE, TEN);
    assertThat(pathspecs("metadata_field_name", "sta")).isEmpty();
  }

  @Test
  void byAPatternThatIsFoundAnywhereInAValue() {
    assertThat(pathspecs("pattern", "items:1")).containsExactly(NINE, TEN);
    assertThat(pathspecs("pattern", "^items:1$")).containsExactly(NINE);
    assertThat(pathspecs("pattern", "nn")).containsExactly(TEN);
    assertThat(pathspecs("pattern", "^.$")).containsExactly(NINE, ELEVEN);
  }

  @Test
  void byBoth() {
    assertThat(pathspecs("metadata_field_name", "attempt", "pattern", "1")).containsExactly(NINE);
    assertThat(pathspecs("metadata_field_name", "stack", "pattern", "^0$")).isEmpty();
  }

  @Test
  void goesOnAfterATask() {
    Listing<View.TaskMetadata, View.MetadataPlace> listing =
        filter().listing(world.view("F"), world.run("F", 1), "start");
    List<View.TaskMetadata> first = new ArrayList<>();
    listing.scanShown(
        Optional.empty(),
        task -> {
          first.add(task);
          return false;
        });
    List<Long> rest = new ArrayList<>();
    listing.scanShown(Optional.of(first.get(0).place()), task -> rest.add(task.task()));

    assertThat(first).extracting(View.TaskMetadata::task).containsExactly(9L);
    assertThat(rest).containsExactly(10L, 11L);
  }

  @Test
  void refusesWhatIsNoRegularExpression() {
    assertThat(rejection(() -> filter("pattern", "a(")))
        .isEqualTo("400 invalid regular expression 'a(': missing closing )");
    assertThat(rejection(() -> filter("pattern", "(?=a)")))
        .isEqualTo("400 invalid regular expression '(?=a)': invalid or unsupported Perl syntax");
    assertThat(rejection(() -> filter("pattern", "a".repeat(1001))))
        .isEqualTo("400 the regular expression is longer than 1000 characters");
  }

  @Test
  void noPatternTakesExponentialTime() {
    world.metadata("F", 1, "start", 11, "long", "a".repeat(20_000), 8);

    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> assertThat(pathspecs("pattern", "^(a+)+(a|aa)*$|(x+x+)+y")).containsExactly(ELEVEN));
  }
}
