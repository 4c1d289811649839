package io.flowledger.query.metaflow;

import static io.flowledger.http.fixture.Rejections.rejection;
import static io.flowledger.query.fixture.Queries.numbers;
import static io.flowledger.query.fixture.Queries.parameters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.RunStatus;
import io.flowledger.query.QueryConfig;
import io.flowledger.query.filter.Filters;
import io.flowledger.query.fixture.World;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Four runs, and which of them a query string asks for. */
final class RunFiltersTest {

  private static final long NOW = 1_000_000_000_000L;
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);

  private static World world;

  @BeforeAll
  static void register(@TempDir Path directory) {
    world = new World(directory, 1);
    world.flow("F7", NOW);
    run(32, "bob", List.of("env:prod"), List.of("user:bob"));
    run(33, "carol", List.of("env:dev", "Team:ML"), List.of("user:carol", "runtime:dev"));
    world.beat("F7", 33, null, NOW - 1_000);
    run(34, "dave", List.of(), List.of());
    run(35, "50%off", List.of("env:prod", "x"), List.of("user:50%off"));
  }

  private static void run(long number, String user, List<String> tags, List<String> systemTags) {
    world.apply(
        Events.run("F7", number).by(user).tags(tags).systemTags(systemTags).at(NOW + number));
  }

  @AfterAll
  static void close() {
    world.close();
  }

  /** Numbers of the runs that match, newest first. */
  private List<Long> matching(String query) {
    return matching("F7", query);
  }

  private List<Long> matching(String flowId, String query) {
    Filters<CurrentRun> filters = RunFilters.of(parameters(query));
    List<Long> numbers = new ArrayList<>();
    world
        .view(flowId)
        .runs(
            flowId,
            Optional.empty(),
            row -> {
              if (filters.matches(current(flowId, row))) {
                numbers.add(row.number());
              }
              return true;
            });
    return numbers;
  }

  private static CurrentRun current(String flowId, RunRow row) {
    return new CurrentRun(
        row, world.view(flowId), QueryConfig.defaults().heartbeatTimeout(), CLOCK);
  }

  @ParameterizedTest
  @CsvSource({
    "user_name=bob, 32",
    "user_name:eq=bob, 32",
    "'user_name:eq=bob,carol', 33 32",
    "user_name:ne=bob, 35 34 33",
    "'user_name:ne=bob,carol', 35 34",
    "user_name:co=a, 34 33",
    "user_name:co=A, 34 33",
    "user_name:sw=ca, 33",
    "user_name:ew=L, 33",
    "user_name:li=%25a%25, 34 33",
    "user_name:li=c%25, 33",
    "user_name:li=_ob, 32",
    "user_name:li=50\\%25%25, 35",
    "user_name:co=50%25, 35",
    "user_name:lt=c, 35 32",
    "user_name:le=bob, 35 32",
    "user_name:gt=bob, 34 33",
    "user_name:ge=carol, 34 33",
    "user_name=bob&user_name=carol, ''",
    "user_name:co=a&user_name:ew=l, 33"
  })
  void byUserName(String query, String numbers) {
    assertThat(matching(query)).isEqualTo(numbers(numbers));
  }

  @ParameterizedTest
  @CsvSource({
    "user_name:eq=, ''",
    "user_name:eq=null, ''",
    "user_name:ne=null, 35 34 33 32",
    "user_name:is=null, ''",
    "user=null, 34",
    "user:is=null, 34",
    "user:ne=null, 35 33 32",
    "'user=null,bob', 34 32",
    "user:eq=bob, 32",
    "user:eq=dave, ''",
    "user:ne=bob, 35 33",
    "run_id=null, 35 34 33 32",
    "run_id:ne=null, ''",
    "last_heartbeat_ts=null, 35 34 32",
    "last_heartbeat_ts:ne=null, 33",
    "status=null, ''",
    "status:is=null, ''"
  })
  void nullIsNoValueAndMatchesNoneButItself(String query, String numbers) {
    assertThat(matching(query)).isEqualTo(numbers(numbers));
  }

  @ParameterizedTest
  @CsvSource({
    "flow_id=F1, ''",
    "flow_id:eq=F7, 35 34 33 32",
    "flow_id:co=f7, 35 34 33 32",
    "run_number=33, 33",
    "'run_number=33,35,99', 35 33",
    "run_number:gt=33, 35 34",
    "run_number:le=33, 33 32",
    "run_number:ne=33, 35 34 32",
    "run_number:eq=99999999999999999999, ''",
    "run_number:lt=99999999999999999999, 35 34 33 32",
    "run_number:co=3, 35 34 33 32",
    "run_number:ew=3, 33",
    "ts_epoch:ge=0, 35 34 33 32",
    "ts_epoch:lt=0, ''",
    "ts_epoch=1000000000034, 34",
    "ts_epoch:ge=1000000000033&ts_epoch:lt=1000000000035, 34 33",
    "ts_epoch=null, ''",
    "last_heartbeat_ts:gt=0, 33",
    "last_heartbeat_ts:lt=99999999999, 33",
    "last_heartbeat_ts=999999999, 33"
  })
  void byIdsAndTimes(String query, String numbers) {
    assertThat(matching(query)).isEqualTo(numbers(numbers));
  }

  @ParameterizedTest
  @CsvSource({
    "status=running, 33",
    "status:eq=failed, 35 34 32",
    "'status:eq=running,failed', 35 34 33 32",
    "status:ne=failed, 33",
    "'status:ne=failed,running', ''",
    "status:eq=completed, ''",
    "status:gt=failed, 33",
    "status:co=running, 33",
    "status:sw=running, 33",
    "status:ew=running, 33",
    "status:li=running, 33",
    "status:co=failed, 35 34 32",
    "'status:li=failed,running', 35 34 33 32",
    "status:sw=completed, ''"
  })
  void byStatus(String query, String numbers) {
    assertThat(matching(query)).isEqualTo(numbers(numbers));
  }

  @ParameterizedTest
  @CsvSource({
    "tags:eq=[], 34",
    "tags:co=ENV:PROD, 35 32",
    "'tags:eq=\"a\"', ''",
    "system_tags:eq=[], 34",
    "system_tags:ne=[], 35 33 32"
  })
  void byTagsAsTheJsonTextThatTheyAre(String query, String numbers) {
    assertThat(matching(query)).isEqualTo(numbers(numbers));
  }

  @ParameterizedTest
  @CsvSource({
    "_tags=env:prod, 35 32",
    "'_tags=env:prod,x', 35",
    "'_tags:all=env:prod,x', 35",
    "'_tags:all=env:prod,user:bob', 32",
    "'_tags:any=env:prod,env:dev', 35 33 32",
    "_tags:any=user:bob, 32",
    "_tags:any=nope, ''",
    "_tags:any=team:ml, ''",
    "_tags:zz=env:prod, 35 32",
    "_tags:eq=env:prod, 35 32",
    "_tags:=env:prod, 35 32",
    "_tags=, ''",
    "'_tags:likeany=team,ENV:PR', ''",
    "_tags:likeany=Team, 33",
    "'_tags:likeany=Team,50', 35 33",
    "'_tags:likeall=env,dev', 33",
    "_tags:likeany=, 35 34 33 32",
    "_tags:any=env:prod&status:eq=failed, 35 32",
    "_tags:any=env:prod&user:eq=bob, 32",
    "_tags:any=env:prod&_tags:any=x, 35"
  })
  void byTagsOfBothKinds(String query, String numbers) {
    assertThat(matching(query)).isEqualTo(numbers(numbers));
  }

  @ParameterizedTest
  @CsvSource({
    "nonsense=1",
    "nonsense:zz=1",
    "_foo=1",
    "user_name:=bob",
    "USER_NAME=bob",
    "_tagsx=1"
  })
  void whatNamesNoFieldIsIgnored(String query) {
    assertThat(RunFilters.of(parameters(query)).isEmpty()).isTrue();
    assertThat(matching(query)).containsExactly(35L, 34L, 33L, 32L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          status:eq=bogus      | unsupported status filter: bogus
          status:eq=           | unsupported status filter:
          status:co=run        | unsupported status filter: run
          status:sw=run        | unsupported status filter: run
          status:ew=ing        | unsupported status filter: ing
          status:li=run%25     | unsupported status filter: run%
          status:ne=run        | unsupported status filter: run
          status:gt=run        | unsupported status filter: run
          status:sw=RUNNING    | unsupported status filter: RUNNING
          status=running,bogus | unsupported status filter: bogus
          status:zz=running    | unsupported operator 'zz' for field 'status'
          user_name:eq:x=bob   | unsupported operator 'eq:x' for field 'user_name'
          ts_epoch:zz=1        | unsupported operator 'zz' for field 'ts_epoch'
          ts_epoch:EQ=1        | unsupported operator 'EQ' for field 'ts_epoch'
          user_name:is=bob     | operator 'is' of field 'user_name' takes null only, got 'bob'
          ts_epoch:ge=abc      | invalid ts_epoch: expected integer epoch milliseconds, got 'abc'
          ts_epoch:ge=1.5      | invalid ts_epoch: expected integer epoch milliseconds, got '1.5'
          ts_epoch=            | invalid ts_epoch: expected integer epoch milliseconds, got ''
          ts_epoch=1,x         | invalid ts_epoch: expected integer epoch milliseconds, got 'x'
          last_heartbeat_ts:ge=x | invalid last_heartbeat_ts: expected integer epoch milliseconds, got 'x'
          run_number=abc       | invalid run_number: expected integer, got 'abc'
          run_number=          | invalid run_number: expected integer, got ''
          """)
  void whatMakesNoSenseIsRefused(String query, String message) {
    assertThat(rejection(() -> RunFilters.of(parameters(query))).strip())
        .isEqualTo("400 " + message);
  }

  @Test
  void tellsWhetherTheStatusIsAskedFor() {
    assertThat(RunFilters.of(parameters("status=running")).byStatus()).isTrue();
    assertThat(RunFilters.of(parameters("status:is=null&user_name=a")).byStatus()).isTrue();
    assertThat(RunFilters.of(parameters("user_name=a&_tags=status")).byStatus()).isFalse();
  }

  @Test
  void whatIsKeptApartIsLookedUpOnlyForRunsThatTheirRowsLeaveOpen(@TempDir Path directory) {
    World gone = new World(directory, 1);
    gone.flow("F", NOW);
    gone.apply(Events.run("F", 1).by("bob").tags("t").at(NOW));
    CurrentRun run =
        new CurrentRun(
            gone.run("F", 1), gone.view("F"), QueryConfig.defaults().heartbeatTimeout(), CLOCK);
    gone.close();

    for (String other : List.of("user_name=carol", "_tags=x", "run_number:gt=1")) {
      assertThat(RunFilters.of(parameters("status=running&" + other)).matches(run)).isFalse();
      assertThat(RunFilters.of(parameters(other + "&last_heartbeat_ts:gt=0")).matches(run))
          .isFalse();
    }
    assertThat(RunFilters.of(parameters("user_name=bob&_tags=t")).matches(run)).isTrue();
    assertThatThrownBy(() -> RunFilters.of(parameters("_tags=t&status=running")).matches(run))
        .isInstanceOf(ViewUnavailableException.class);
  }

  @Test
  void aRunStaysWhatItWasWhenItWasFirstLookedAt() {
    world.flow("F6", NOW);
    world.apply(Events.run("F6", 60).beating(NOW / 1000).at(NOW));
    CurrentRun before = current("F6", world.run("F6", 60));
    assertThat(before.status()).isEqualTo(RunStatus.RUNNING);

    world.step("F6", 60, "end", NOW);
    world.task("F6", 60, "end", 6, NOW);
    world.metadata("F6", 60, "end", 6, "attempt_ok", "True", NOW);
    world.beat("F6", 60, null, NOW + 1_000);

    assertThat(before.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(before.heartbeat()).hasValue(NOW / 1000);
    CurrentRun after = current("F6", world.run("F6", 60));
    assertThat(after.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(after.heartbeat()).hasValue(NOW / 1000 + 1);
  }

  @Test
  void aRunIsAliveFor360SecondsAfterItsHeartbeat() {
    world.flow("F8", NOW);
    world.apply(Events.run("F8", 40).beating(NOW / 1000 - 360).at(NOW));
    world.apply(Events.run("F8", 41).beating(NOW / 1000 - 361).at(NOW));

    assertThat(matching("F8", "status=running")).containsExactly(40L);
  }

  @Test
  void theOutcomeOfTheLastStepIsThatOfTheRun() {
    world.flow("F9", NOW);
    world.apply(Events.run("F9", 50).beating(NOW / 1000).at(NOW));
    assertThat(matching("F9", "status=running")).containsExactly(50L);

    world.step("F9", 50, "end", NOW);
    world.task("F9", 50, "end", 1, NOW);
    world.metadata("F9", 50, "end", 1, "attempt_ok", "False", NOW);
    assertThat(matching("F9", "status=failed")).containsExactly(50L);

    world.metadata("F9", 50, "end", 1, "attempt", "1", NOW + 1);
    assertThat(matching("F9", "status=running")).containsExactly(50L);

    world.metadata("F9", 50, "end", 1, "attempt_ok", "True", NOW + 2);
    assertThat(matching("F9", "status=completed")).containsExactly(50L);
  }
}
