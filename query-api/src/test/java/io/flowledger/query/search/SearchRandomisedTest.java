package io.flowledger.query.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.Seed;
import io.flowledger.query.QueryConfig;
import io.flowledger.query.QueryRoutes;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.QueryServer.Answer;
import io.flowledger.query.fixture.World;
import io.vertx.core.Vertx;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever was recorded: a search, page by page, finds what looking at everything finds. */
final class SearchRandomisedTest {

  private static final int RUNS = 150;
  private static final int METADATA = 2_000;
  private static final int SEARCHES = 150;
  private static final String LONG = "long/".repeat(13);
  private static final List<String> FLOWS = List.of("F", "G", "H", "Flöw");
  private static final List<String> FIELDS = List.of("attempt", "größe", "x");
  private static final List<String> VALUES =
      List.of("0", "1", "A", "a", "ab", "AB\0c", "ab\0d", LONG + 1, LONG + 2, LONG, "ÜÇ", "üç");

  private record Run(String flow, long number, long tsEpoch, Set<String> tags) {}

  private record Metadata(Run run, long task, String field, String value, long tsEpoch, long id) {}

  private final long seed = Seed.of("SearchRandomisedTest");
  private final Random random = new Random(seed);
  private final List<Run> runs = new ArrayList<>();
  private final List<Metadata> metadata = new ArrayList<>();
  private World world;
  private QueryServer server;

  @BeforeEach
  void start(@TempDir Path directory) {
    world = new World(directory, 3);
    Vertx vertx = Vertx.vertx();
    server =
        new QueryServer(
            vertx,
            new QueryRoutes(vertx, world.views(), QueryConfig.defaults(), Clock.systemUTC())
                ::mount);
    FLOWS.forEach(flow -> world.flow(flow, 10));
    for (long number = 1; number <= RUNS; number++) {
      run(number);
    }
    for (int request = 0; metadata.size() < METADATA; request++) {
      record(oneOf(runs), request);
    }
    runs.sort(Comparator.comparing(Run::number).reversed());
    metadata.sort(
        Comparator.<Metadata, Long>comparing(found -> found.run().number())
            .thenComparing(Metadata::tsEpoch)
            .thenComparing(Metadata::id)
            .reversed());
  }

  @AfterEach
  void stop() {
    server.close();
    world.close();
  }

  private void run(long number) {
    Run run = new Run(oneOf(FLOWS), number, random.nextInt(100), new LinkedHashSet<>());
    List<String> tags = some();
    List<String> systemTags = some();
    world.apply(Events.run(run.flow(), number).tags(tags).systemTags(systemTags).at(run.tsEpoch()));
    List<String> removed = some();
    List<String> added = some();
    world.tags(run.flow(), number, removed, added, 100);
    run.tags().addAll(tags);
    run.tags().removeAll(removed);
    run.tags().addAll(added);
    run.tags().removeAll(systemTags);
    run.tags().addAll(systemTags);
    runs.add(run);
    world.step(run.flow(), number, "start", 100);
    for (long task = 10 * number; task < 10 * number + 3; task++) {
      world.task(run.flow(), number, "start", task, 100);
    }
  }

  private void record(Run run, long tsEpoch) {
    long task = 10 * run.number() + random.nextInt(3);
    List<Map.Entry<String, String>> values = new ArrayList<>();
    long time = tsEpoch / 10;
    for (int count = 1 + random.nextInt(4); count > 0; count--) {
      values.add(Map.entry(oneOf(FIELDS), oneOf(VALUES)));
      metadata.add(
          new Metadata(
              run,
              task,
              values.get(values.size() - 1).getKey(),
              values.get(values.size() - 1).getValue(),
              time,
              metadata.size() + 1L));
    }
    world.metadata(run.flow(), run.number(), "start", task, values, time);
  }

  private List<String> some() {
    List<String> values = new ArrayList<>(VALUES);
    Collections.shuffle(values, random);
    return values.subList(0, random.nextInt(3));
  }

  private <T> T oneOf(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** An operator with a value, and what they mean. */
  private record Comparison(String operator, String value, Predicate<String> matches) {}

  private Comparison comparison() {
    String value = oneOf(VALUES);
    String part = value.substring(0, 1 + random.nextInt(value.length()));
    String small = part.toLowerCase(Locale.ROOT);
    return switch (random.nextInt(5)) {
      case 0 -> new Comparison("eq", value, value::equals);
      case 1 -> new Comparison("sw", part, lower(text -> text.startsWith(small)));
      case 2 -> new Comparison("co", part, lower(text -> text.contains(small)));
      case 3 -> new Comparison("li", "_" + part + "%", lower(text -> text.indexOf(small, 1) == 1));
      default ->
          new Comparison(
              "re", part + "$", text -> Pattern.compile(part + "$").matcher(text).find());
    };
  }

  private static Predicate<String> lower(Predicate<String> test) {
    return text -> test.test(text.toLowerCase(Locale.ROOT));
  }

  @Test
  void findsWhatLookingAtEverythingFinds() {
    for (int i = 0; i < SEARCHES; i++) {
      Comparison comparison = comparison();
      Map<String, String> parameters = new TreeMap<>();
      parameters.put("op", comparison.operator());
      Predicate<String> ofFlow = flow -> true;
      if (random.nextInt(3) == 0) {
        String only = oneOf(FLOWS);
        parameters.put("flow", only);
        ofFlow = only::equals;
      }
      long since = random.nextInt(3) == 0 ? random.nextInt(100) : 0;
      if (since > 0) {
        parameters.put("since", Long.toString(since));
      }
      List<String> expected;
      if (random.nextInt(3) == 0) {
        parameters.put("tag", comparison.value());
        expected = taggedRuns(comparison, ofFlow, since);
      } else {
        String field = oneOf(FIELDS);
        parameters.put("field", field);
        parameters.put("value", comparison.value());
        expected = tasks(field, comparison, ofFlow, since);
      }
      assertThat(found(parameters)).as("%s, seed %d", parameters, seed).isEqualTo(expected);
    }
  }

  private List<String> taggedRuns(Comparison comparison, Predicate<String> ofFlow, long since) {
    return runs.stream()
        .filter(run -> ofFlow.test(run.flow()) && run.tsEpoch() >= since)
        .filter(run -> run.tags().stream().anyMatch(comparison.matches()))
        .map(run -> run.number() + " " + run.tsEpoch())
        .toList();
  }

  private List<String> tasks(
      String field, Comparison comparison, Predicate<String> ofFlow, long since) {
    Set<Long> seen = new HashSet<>();
    return metadata.stream()
        .filter(found -> ofFlow.test(found.run().flow()) && found.field().equals(field))
        .filter(found -> comparison.matches().test(found.value()))
        .filter(found -> seen.add(found.task()) && found.tsEpoch() >= since)
        .map(found -> found.run().number() + " " + found.task() + " " + found.tsEpoch())
        .toList();
  }

  private static final Pattern FOUND =
      Pattern.compile("\"run_number\": (\\d+)(?:.*?\"task_id\": (\\d+))?.*?\"ts_epoch\": (\\d+)}");

  /** Numbers of what is found and its time, on pages of some size. */
  private List<String> found(Map<String, String> parameters) {
    List<String> found = new ArrayList<>();
    StringBuilder path = new StringBuilder("/search?_limit=" + (1 + random.nextInt(60)));
    parameters.forEach(
        (name, value) ->
            path.append('&').append(name).append('=').append(URLEncoder.encode(value, UTF_8)));
    String cursor = "";
    do {
      Answer answer = server.get(path + "&_cursor=" + URLEncoder.encode(cursor, UTF_8));
      assertThat(answer.status()).as("%s, seed %d", path, seed).isEqualTo(200);
      FOUND
          .matcher(answer.body())
          .results()
          .forEach(
              row ->
                  found.add(
                      row.group(1)
                          + (parameters.containsKey("tag") ? "" : " " + row.group(2))
                          + " "
                          + row.group(3)));
      cursor = answer.nextCursor();
    } while (!cursor.isEmpty());
    return found;
  }
}
