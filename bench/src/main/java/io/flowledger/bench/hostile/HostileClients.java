package io.flowledger.bench.hostile;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** All kinds of clients that do harm, at once. */
public final class HostileClients {

  private static final int MIB = 1 << 20;
  private static final int HEAD_OF_ENTRY = 60;
  private static final int BULK_ENTRIES = 9_000;
  private static final int SMALL_ENTRIES = 9_900;
  private static final int SMALL_VALUE = 780;

  /** What searches look for, in values that take them long. */
  private static final String DEADLY = "(.*a){100}c";

  /** The field of those values. */
  public static final String DEADLY_FIELD = "deadly";

  /** Such a value. */
  public static String deadlyValue() {
    return "a".repeat(5_000);
  }

  /**
   * @param task path of the task that they write to; its run is followed, its step listed
   * @param seed of all that is random
   * @param scale how many there are, as a share of all
   * @param kinds what the name of a kind has a match of, for it to be there
   */
  public record Targets(
      URI server, Optional<String> from, String task, long seed, double scale, String kinds) {

    private String step() {
      return task.substring(0, task.indexOf("/tasks/"));
    }

    private String run() {
      return task.substring(0, task.indexOf("/steps/"));
    }
  }

  private final Targets targets;
  private final Wire wire;
  private final Random random;
  private final List<Tally> tallies = new ArrayList<>();

  private HostileClients(Targets targets) {
    this.targets = targets;
    this.wire = new Wire(targets.server(), targets.from());
    this.random = new Random(targets.seed());
  }

  /** Does harm for so long; returns what came of it. */
  public static List<Tally> run(Targets targets, Duration time) {
    HostileClients clients = new HostileClients(targets);
    clients.startAll();
    try (Wire wire = clients.wire) {
      wire.run(time);
    }
    return clients.tallies;
  }

  private void startAll() {
    String metadata = targets.task() + "/metadata";
    String nowhere = targets.step() + "/tasks/999999999/metadata";
    ByteBuffer values = Requests.direct(Requests.metadata(8, MIB - HEAD_OF_ENTRY));
    ByteBuffer entries = Requests.direct(Requests.metadata(SMALL_ENTRIES, SMALL_VALUE));
    ByteBuffer one = Requests.direct(Requests.metadata(1, MIB - HEAD_OF_ENTRY));
    ByteBuffer bulk = Requests.direct(bulk());
    posters("8 values of 1 MB", 12, 6, metadata, values);
    posters("9,900 entries, 8 MB", 8, 6, metadata, entries);
    posters("8 MB to no task", 24, 6, nowhere, values);
    posters("1 MB", 100, 10, metadata, one);
    posters("bulk of 6 MB", 3, 10, "/events", bulk);
    start("8 MB but one byte", 24, tally -> holder(tally, metadata, values));
    start("deaf tails", 500, tally -> new DeafTail(wire, tally, next(), sec(40), targets.run()));
    List<String> deadly = deadly();
    start("searches, left", 64, tally -> new Leaver(wire, tally, next(), sec(2), deadly));
    start("slow readers", 800, this::slowReader);
    start("pipelines of 400", 16, tally -> pipeliner(tally));
    start("deaf pipelines", 16, this::deafPipeliner);
    start("idle", 2000, tally -> new Idler(wire, tally, next(), sec(3)));
  }

  private void start(String kind, int count, Function<Tally, Hostile> client) {
    if (!Pattern.compile(targets.kinds()).matcher(kind).find()) {
      return;
    }
    int scaled = (int) Math.max(1, Math.round(count * targets.scale()));
    Tally tally = new Tally(kind, scaled);
    tallies.add(tally);
    IntStream.range(0, scaled).mapToObj(i -> client.apply(tally)).forEach(Hostile::start);
  }

  private void posters(String kind, int count, int pause, String path, ByteBuffer body) {
    start(kind, count, tally -> new Poster(wire, tally, next(), sec(pause), path, body));
  }

  private Holder holder(Tally tally, String path, ByteBuffer body) {
    return new Holder(wire, tally, next(), sec(2), path, body);
  }

  private Hostile slowReader(Tally tally) {
    String path = targets.step() + (random.nextBoolean() ? "/tasks" : "/filtered_tasks");
    return new SlowReader(wire, tally, next(), sec(1), path);
  }

  private Hostile pipeliner(Tally tally) {
    return new Pipeliner(wire, tally, next(), sec(2), targets.task());
  }

  private Hostile deafPipeliner(Tally tally) {
    return new DeafPipeliner(wire, tally, next(), sec(20), targets.step());
  }

  private Random next() {
    return new Random(random.nextLong());
  }

  private static Duration sec(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private String bulk() {
    String[] path = targets.task().split("/");
    String entry =
        "{\"type\": \"metadata\", \"flow_id\": \"%s\", \"run_number\": %s, \"step_name\": \"%s\", \"task_id\":"
                .formatted(path[2], path[4], path[6])
            + " %s, \"field_name\": \"b\", \"value\": \"%s\"}".formatted(path[8], "b".repeat(560));
    return IntStream.range(0, BULK_ENTRIES)
        .mapToObj(i -> entry)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private List<String> deadly() {
    String pattern = URLEncoder.encode(DEADLY, StandardCharsets.UTF_8);
    String tags = IntStream.range(0, 9_000).mapToObj(i -> "q" + i).collect(Collectors.joining(","));
    return List.of(
        "/search?op=re&field=" + DEADLY_FIELD + "&value=" + pattern,
        targets.step()
            + "/filtered_tasks?metadata_field_name="
            + DEADLY_FIELD
            + "&pattern="
            + pattern,
        targets.run().substring(0, targets.run().indexOf("/runs/"))
            + "/runs?_tags:likeany="
            + tags);
  }
}
