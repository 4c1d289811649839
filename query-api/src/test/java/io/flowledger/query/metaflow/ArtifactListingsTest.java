package io.flowledger.query.metaflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Seed;
import io.flowledger.projector.row.ArtifactRow;
import io.flowledger.projector.row.ArtifactScope;
import io.flowledger.query.answer.Listing;
import io.flowledger.query.fixture.World;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArtifactListingsTest {

  private static final ArtifactScope RUN = new ArtifactScope.OfRun(1);
  private static final ArtifactScope START = new ArtifactScope.OfStep(1, "start");

  private World world;

  @BeforeEach
  void register(@TempDir Path directory) {
    world = new World(directory, 1);
    world.flow("F", 1);
    world.run("F", 1, 1);
    world.step("F", 1, "start", 1);
    world.step("F", 1, "end", 1);
    world.task("F", 1, "start", 1, 1);
    world.task("F", 1, "start", 2, 1);
    world.task("F", 1, "end", 3, 1);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private void artifacts(long task, int attempt, long tsEpoch, String... names) {
    world.artifacts("F", 1, task == 3 ? "end" : "start", task, attempt, tsEpoch, names);
  }

  /** Task, attempt and name of the rows of a source, such as {@code 1/0/x}. */
  private static <C> List<String> rows(
      Listing.Source<ArtifactRow, C> source, Optional<C> after, int enough) {
    List<String> rows = new ArrayList<>();
    source.scan(
        after,
        row -> {
          rows.add(row.taskId() + "/" + row.attempt() + "/" + row.name());
          return rows.size() < enough;
        });
    return rows;
  }

  private List<String> plain(ArtifactScope scope) {
    return rows(ArtifactListings.ofLatestAttempts(world.view("F"), scope), Optional.empty(), 99);
  }

  private List<String> paged(ArtifactScope scope) {
    return rows(ArtifactListings.newest(world.view("F"), scope), Optional.empty(), 99);
  }

  @Test
  void nothingIsListedWhereNothingIs() {
    assertThat(plain(RUN)).isEmpty();
    assertThat(paged(RUN)).isEmpty();
  }

  @Test
  void thePlainListShowsTheHighestAttemptOfEachTaskHighestFirst() {
    artifacts(1, 0, 10, "x", "y");
    artifacts(2, 0, 11, "x");
    artifacts(1, 2, 12, "x");
    artifacts(3, 1, 13, "z", "name");

    assertThat(plain(RUN)).containsExactly("1/2/x", "3/1/z", "3/1/name", "2/0/x");
    assertThat(plain(START)).containsExactly("1/2/x", "2/0/x");
    assertThat(plain(new ArtifactScope.OfTask(1))).containsExactly("1/2/x");
    assertThat(plain(new ArtifactScope.OfTask(2))).containsExactly("2/0/x");
  }

  @Test
  void pagesShowTheHighestAttemptOfEachTaskNewestFirst() {
    artifacts(1, 0, 10, "x", "y");
    artifacts(2, 0, 11, "x");
    artifacts(1, 2, 12, "x");
    artifacts(3, 1, 13, "z", "name");

    assertThat(paged(RUN)).containsExactly("3/1/z", "3/1/name", "1/2/x", "2/0/x");
    assertThat(paged(START)).containsExactly("1/2/x", "2/0/x");
    assertThat(paged(new ArtifactScope.OfTask(1))).containsExactly("1/2/x");
  }

  @Test
  void aLowerAttemptThatCameLaterIsLowerStill() {
    artifacts(1, 1, 10, "x");
    artifacts(1, 0, 20, "x", "y");

    assertThat(paged(RUN)).containsExactly("1/1/x");
    assertThat(plain(RUN)).containsExactly("1/1/x");
  }

  @Test
  void namesAreOrderedByCodePoint() {
    artifacts(1, 0, 10, "a", "B", "\u00fc", "\uFF5E", "\uD83D\uDE00");
    artifacts(2, 1, 10, "b");

    assertThat(paged(RUN))
        .containsExactly("2/1/b", "1/0/\uD83D\uDE00", "1/0/\uFF5E", "1/0/\u00fc", "1/0/a", "1/0/B");
  }

  @Test
  void oneAttemptIsListedByItself() {
    artifacts(1, 0, 10, "x", "y");
    artifacts(1, 1, 12, "x");

    assertThat(
            rows(
                ArtifactListings.ofAttempt(world.view("F"), new ArtifactScope.OfTask(1), 0),
                Optional.empty(),
                99))
        .containsExactly("1/0/y", "1/0/x");
  }

  @Test
  void theLatestAttemptIsTheHighestThatHasTheArtifactOfEveryAttempt() {
    artifacts(1, 0, 10, "name", "x");
    artifacts(1, 1, 11, "name", "x");
    artifacts(1, 2, 12, "x");

    assertThat(ArtifactListings.latestAttempt(world.view("F"), 1)).isEqualTo(1);
  }

  @Test
  void theLatestAttemptIsTheFirstWhereNoneHasIt() {
    artifacts(1, 2, 10, "x");

    assertThat(ArtifactListings.latestAttempt(world.view("F"), 1)).isZero();
    assertThat(ArtifactListings.latestAttempt(world.view("F"), 2)).isZero();
  }

  /** As pages and as a whole the same is listed, whatever is stored. */
  @Test
  void pagesShowWhatThePlainListShows() {
    Random random = Seed.random("ArtifactListingsTest.pages");
    for (int i = 0; i < 150; i++) {
      artifacts(
          1 + random.nextInt(3), random.nextInt(4), random.nextInt(5), "n" + random.nextInt(20));
      assertThat(paged(RUN)).containsExactlyInAnyOrderElementsOf(plain(RUN));
    }
  }

  /** Going on after any row shows exactly the rest, whatever is stored. */
  @Test
  void listingsGoOnWhereTheyWereLeft() {
    Random random = Seed.random("ArtifactListingsTest");
    for (int i = 0; i < 150; i++) {
      artifacts(
          1 + random.nextInt(3), random.nextInt(3), random.nextInt(5), "n" + random.nextInt(60));
    }

    checkGoingOn(
        ArtifactListings.ofLatestAttempts(world.view("F"), RUN), ArtifactListings::placeByAttempt);
    checkGoingOn(ArtifactListings.newest(world.view("F"), RUN), ArtifactListings::place);
  }

  private static <C> void checkGoingOn(
      Listing.Source<ArtifactRow, C> source, Function<ArtifactRow, C> place) {
    List<C> places = new ArrayList<>();
    source.scan(Optional.empty(), row -> places.add(place.apply(row)));
    List<String> all = rows(source, Optional.empty(), Integer.MAX_VALUE);
    assertThat(all).hasSizeGreaterThan(20).doesNotHaveDuplicates();
    for (int i = 0; i < all.size(); i++) {
      assertThat(rows(source, Optional.of(places.get(i)), Integer.MAX_VALUE))
          .isEqualTo(all.subList(i + 1, all.size()));
    }
  }
}
