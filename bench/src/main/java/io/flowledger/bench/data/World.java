package io.flowledger.bench.data;

import io.flowledger.bench.load.Api;
import io.flowledger.bench.load.Bodies;
import io.flowledger.bench.load.Operation;
import io.flowledger.bench.load.Template;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Contents of the server before it is measured, and the operations on it. Writes go to other steps
 * than the lists that are read, so that lists stay as long as their names say.
 *
 * <pre>
 * flow of writes, one or several    one run, step start with 1000 tasks
 * flow of lists                     1000 runs of 20 groups of tags; in one of them
 *                                   step hundred: 100 tasks with 5 metadata each
 *                                   step many: 10,000 tasks
 * </pre>
 */
public final class World {

  /** The answer that costs nothing, which all others are compared with. */
  public static final String CONSTANT = "constant";

  public static final String GET_TASK = "get-task";
  public static final String LONG_LIST = "list-10000";
  public static final String MIXED = "mixed";

  /** Metadata, one entry in each request, and many. */
  public static final String SINGLE = "metadata-1";

  public static final String BULK = "bulk-metadata";

  private static final int TASKS = 1000;
  private static final int RUNS = 1000;
  private static final int GROUPS = 20;
  private static final int SHORT = 100;
  private static final int LONG = 10_000;
  private static final int LONG_LIST_CONNECTIONS = 16;
  private static final int BULK_BODIES = 20;
  private static final int BULK_TASKS = 10;
  private static final int BULK_ENTRIES = 1000;
  private static final Pattern CREATED = Pattern.compile("_created\": ([0-9]+)");

  /** All operations by name, in the order of the table. */
  public static final List<String> OPERATIONS =
      List.of(
          "post-run",
          "post-task",
          SINGLE,
          "metadata-5",
          "metadata-50",
          BULK,
          "artifact-10",
          "heartbeat",
          "tag-mutate",
          GET_TASK,
          "get-run",
          "list-100",
          LONG_LIST,
          "page-50",
          "filtered-runs",
          "filtered-tasks",
          MIXED);

  private final Map<String, Operation> operations = new HashMap<>();
  private final Map<String, List<String>> values = new HashMap<>();

  private World() {}

  /**
   * @param flows that writes are spread over
   */
  public static World prepare(URI server, int flows) {
    World world = new World();
    Api api = new Api(server);
    String prefix = "/flows/Bench" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    world.writes(api, prefix, flows);
    world.lists(api, prefix + "Lists");
    world.define();
    return world;
  }

  /** A few thousand events, so that a start has something to open. */
  public static void prepareSmall(URI server) {
    new World()
        .writes(
            new Api(server),
            "/flows/Small" + Long.toString(System.nanoTime(), Character.MAX_RADIX),
            1);
  }

  public Operation operation(String name) {
    Operation operation = operations.get(name);
    if (operation == null) {
      throw new IllegalArgumentException("no operation " + name);
    }
    return operation;
  }

  private void writes(Api api, String prefix, int flows) {
    List<String> flowPaths = new ArrayList<>();
    List<String> runs = new ArrayList<>();
    List<String> steps = new ArrayList<>();
    List<String> tasks = new ArrayList<>();
    for (int i = 0; i < flows; i++) {
      String flow = prefix + "Writes" + i;
      api.post(flow, "{}");
      String run = flow + "/runs/" + api.runs(flow, 1, none -> Bodies.run("group:0")).get(0);
      String step = run + "/steps/start";
      api.post(step + "/step", Bodies.registration());
      flowPaths.add(flow);
      runs.add(run);
      steps.add(step);
      api.tasks(step, TASKS / flows, none -> Bodies.registration())
          .forEach(task -> tasks.add(step + "/tasks/" + task));
    }
    values.put("flow", flowPaths);
    values.put("run", runs);
    values.put("step", steps);
    values.put("task", tasks);
    values.put(
        "bulk",
        IntStream.range(0, BULK_BODIES)
            .mapToObj(
                i ->
                    Bodies.bulkMetadata(
                        BULK_ENTRIES,
                        IntStream.range(0, BULK_TASKS)
                            .mapToObj(j -> tasks.get((i * BULK_TASKS + j) % tasks.size()))
                            .toList()))
            .toList());
  }

  private void lists(Api api, String flow) {
    api.post(flow, "{}");
    List<String> runs =
        api.runs(flow, RUNS, i -> Bodies.run("group:" + i % GROUPS)).stream()
            .map(number -> flow + "/runs/" + number)
            .toList();
    String shortStep = runs.get(0) + "/steps/hundred";
    api.post(shortStep + "/step", Bodies.registration());
    List<String> tasks = api.tasks(shortStep, SHORT, none -> Bodies.registration());
    api.many(
        SHORT,
        i ->
            new Api.Post(
                shortStep + "/tasks/" + tasks.get(i) + "/metadata",
                Bodies.metadata(5, "items=" + i)),
        CREATED);
    String longStep = runs.get(0) + "/steps/many";
    api.post(longStep + "/step", Bodies.registration());
    List<String> many = api.tasks(longStep, LONG, none -> Bodies.registration());
    values.put("flowoflists", List.of(flow));
    values.put("runs", runs);
    values.put("short", List.of(shortStep));
    values.put("long", List.of(longStep));
    values.put("many", many.stream().map(task -> longStep + "/tasks/" + task).toList());
    values.put(
        "cursor", List.of(encoded(api.header(longStep + "/tasks?_limit=50", "X-Next-Cursor"))));
    values.put("group", IntStream.range(0, GROUPS).mapToObj(group -> "group:" + group).toList());
  }

  private static String encoded(String text) {
    return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
  }

  private void define() {
    add(Operation.of(CONSTANT, get("/ping")));
    add(Operation.of("post-run", post("${flow}/run", Bodies.run("group:0"))));
    add(Operation.of("post-task", task()));
    add(Operation.of(SINGLE, metadata(1)));
    add(Operation.of("metadata-5", metadata(5)));
    add(Operation.of("metadata-50", metadata(50)));
    add(
        Operation.of(
                BULK,
                new Operation.Request(
                    "POST",
                    Template.of("/events", values),
                    "application/x-ndjson",
                    Template.of("${bulk}", values)))
            .ofEntries(BULK_ENTRIES));
    add(Operation.of("artifact-10", artifacts(10)));
    add(Operation.of("heartbeat", post("${many}/heartbeat", "{}")));
    add(
        Operation.of(
            "tag-mutate",
            request("PATCH", "${runs}/tag/mutate", Bodies.tags("seen", "new")),
            request("PATCH", "${runs}/tag/mutate", Bodies.tags("new", "seen"))));
    add(Operation.of(GET_TASK, get("${many}")));
    add(Operation.of("get-run", get("${runs}")));
    add(Operation.of("list-100", get("${short}/tasks")));
    add(Operation.of(LONG_LIST, get("${long}/tasks")).atMost(LONG_LIST_CONNECTIONS));
    add(Operation.of("page-50", get("${long}/tasks?_limit=50&_cursor=${cursor}")));
    add(Operation.of("filtered-runs", get("${flowoflists}/runs?_tags=${group}&status=running")));
    add(
        Operation.of(
            "filtered-tasks",
            get("${short}/filtered_tasks?metadata_field_name=item&pattern=items%3D7")));
    add(mixed());
  }

  /** What the life of a task asks for, as the requests of a real client were counted. */
  private Operation mixed() {
    return Operation.of(
        MIXED,
        task(),
        metadata(5),
        get("/ping"),
        metadata(5),
        metadata(4),
        post("${task}/heartbeat", "{}"),
        get("${task}"),
        metadata(1),
        metadata(1),
        artifacts(20),
        post("${task}/heartbeat", "{}"),
        get("${runs}"),
        get("${long}/tasks?_limit=50"));
  }

  private void add(Operation operation) {
    operations.put(operation.name(), operation);
  }

  private Operation.Request task() {
    return post("${step}/task", Bodies.registration());
  }

  private Operation.Request metadata(int entries) {
    return post("${task}/metadata", Bodies.metadata(entries, "items=1"));
  }

  private Operation.Request artifacts(int entries) {
    return post("${task}/artifact", Bodies.artifacts(entries, "${n}"));
  }

  private Operation.Request get(String path) {
    return request("GET", path, "");
  }

  private Operation.Request post(String path, String body) {
    return request("POST", path, body);
  }

  private Operation.Request request(String method, String path, String body) {
    return new Operation.Request(method, Template.of(path, values), Template.of(body, values));
  }
}
