package io.flowledger.bench.hostile;

import io.flowledger.bench.load.Bodies;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * Clients that do what those of Metaflow do, at their leisure, and how long each answer took. A
 * task that has been registered is read at once.
 */
public final class HonestClients {

  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final Duration LONG = Duration.ofSeconds(5);
  private static final Pattern TASK_ID = Pattern.compile("\"task_id\": ([0-9]+)");

  /** What is asked for, and whether it writes, or reads one object. */
  public enum Operation {
    POST_TASK("POST task", 4, true, false),
    POST_METADATA("POST metadata", 5, true, false),
    POST_ARTIFACT("POST artifact", 3, true, false),
    HEARTBEAT("POST heartbeat", 3, true, false),
    TAGS("PATCH tags", 1, true, false),
    GET_NEW_TASK("GET task, new", 0, false, true), // follows each that is registered
    GET_TASK("GET task", 8, false, true),
    GET_RUN("GET run", 4, false, true),
    PAGE("GET page", 2, false, false),
    HEALTH("GET healthcheck", 1, false, false);

    private final String label;
    private final int weight;
    private final boolean writes;
    private final boolean reads;

    Operation(String label, int weight, boolean writes, boolean reads) {
      this.label = label;
      this.weight = weight;
      this.writes = writes;
      this.reads = reads;
    }

    public String label() {
      return label;
    }

    public boolean isWrite() {
      return writes;
    }

    public boolean isPointRead() {
      return reads;
    }
  }

  private static final List<Operation> TURNS =
      List.of(Operation.values()).stream()
          .flatMap(operation -> IntStream.range(0, operation.weight).mapToObj(i -> operation))
          .toList();

  private final Wire wire;
  private final List<String> tasks;
  private final Duration pause;
  private final Map<Operation, Map<String, Histogram>> latencies = new TreeMap<>();
  private long turn;

  /**
   * @param tasks paths of tasks that are there
   * @param pause of each client between two requests, on average
   */
  public HonestClients(URI server, List<String> tasks, Duration pause) {
    this.wire = new Wire(server, Optional.empty());
    this.tasks = tasks;
    this.pause = pause;
  }

  /** So many clients for so long. */
  public void run(int count, long seed, Duration time) {
    Random random = new Random(seed);
    List<Client> clients =
        IntStream.range(0, count).mapToObj(i -> new Client(new Random(random.nextLong()))).toList();
    clients.forEach(Client::start);
    wire.run(time);
    clients.forEach(Client::stop);
    wire.close();
  }

  /** By operation, and by status or what came instead of it: nanoseconds. */
  public Map<Operation, Map<String, Histogram>> latencies() {
    return latencies;
  }

  /** How late the clients themselves were, nanoseconds. */
  public Histogram late() {
    return wire.late();
  }

  private final class Client extends Peer {
    private final Random random;
    private final Answers answers = new Answers(this::answered);
    private Operation operation = Operation.HEALTH;
    private String task = "";
    private long asked;
    private boolean waits;

    Client(Random random) {
      super(HonestClients.this.wire, 0);
      this.random = random;
    }

    void start() {
      wire().after(someTime(), this::open);
    }

    /** What has waited for long already is told too. */
    void stop() {
      if (waits && System.nanoTime() - asked > LONG.toNanos()) {
        record("none yet");
      }
    }

    private Duration someTime() {
      return Duration.ofMillis(random.nextLong(2 * pause.toMillis() + 1));
    }

    @Override
    void open() {
      answers.reset();
      begin(any());
      super.open();
    }

    @Override
    void connected() {
      send(request());
    }

    private Operation any() {
      task = tasks.get(random.nextInt(tasks.size()));
      return TURNS.get(random.nextInt(TURNS.size()));
    }

    private void ask(Operation what) {
      begin(what);
      send(request());
    }

    private void begin(Operation what) {
      operation = what;
      waits = true;
      asked = System.nanoTime();
      long now = asked;
      wire()
          .after(
              LIMIT,
              () -> {
                if (waits && asked == now) {
                  close();
                  ended("none");
                }
              });
    }

    private ByteBuffer request() {
      String step = task.substring(0, task.indexOf("/tasks/"));
      String run = task.substring(0, task.indexOf("/steps/"));
      return switch (operation) {
        case POST_TASK -> Requests.whole("POST", step + "/task", Bodies.registration());
        case POST_METADATA ->
            Requests.whole("POST", task + "/metadata", Bodies.metadata(5, "i" + turn++));
        case POST_ARTIFACT ->
            Requests.whole("POST", task + "/artifact", Bodies.artifacts(2, "s" + turn++));
        case HEARTBEAT -> Requests.whole("POST", task + "/heartbeat", "{}");
        case TAGS ->
            Requests.whole(
                "PATCH", run + "/tag/mutate", Bodies.tags("n" + turn++, "n" + (turn - 9)));
        case GET_NEW_TASK, GET_TASK -> Requests.get(task);
        case GET_RUN -> Requests.get(run);
        case PAGE -> Requests.get(step + "/tasks?_limit=50");
        case HEALTH -> Requests.get("/healthcheck");
      };
    }

    @Override
    void received(ByteBuffer bytes) {
      answers.take(bytes);
    }

    private void answered(int status, String body, boolean last) {
      Operation done = operation;
      record(Integer.toString(status));
      Matcher registered = TASK_ID.matcher(body);
      if (done == Operation.POST_TASK && status == 200 && registered.find()) {
        task = task.substring(0, task.lastIndexOf('/') + 1) + registered.group(1);
        if (!last) {
          ask(Operation.GET_NEW_TASK);
          return;
        }
      }
      if (last) {
        close();
        wire().after(someTime(), this::open);
      } else {
        later(someTime(), () -> ask(any()));
      }
    }

    @Override
    void closed() {
      ended("cut");
    }

    private void ended(String how) {
      if (waits) {
        record(how);
      }
      wire().after(someTime(), this::open);
    }

    private void record(String outcome) {
      waits = false;
      latencies
          .computeIfAbsent(operation, any -> new TreeMap<>())
          .computeIfAbsent(outcome, any -> new Histogram(3))
          .recordValue(System.nanoTime() - asked);
    }
  }
}
