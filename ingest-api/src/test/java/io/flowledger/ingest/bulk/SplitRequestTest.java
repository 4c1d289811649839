package io.flowledger.ingest.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.Statuses;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.IngestConfig;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.bulk.entry.BulkLimits;
import io.flowledger.ingest.fixture.IngestNodes;
import io.flowledger.ingest.fixture.IngestServer.Answer;
import io.flowledger.projector.fixture.Seed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bulk requests of flows that several nodes answer for: it cannot be seen in an answer, nor in the
 * log, which those are. The seed that reproduces a failure is printed.
 */
final class SplitRequestTest {

  private static final int NODES = 3;
  private static final int ENTRIES = 900;
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final String[] KEY = {"Idempotency-Key", "k"};

  private final Random random = Seed.random("SplitRequestTest");
  private IngestNodes nodes;

  @BeforeEach
  void start(@TempDir Path directory) {
    nodes =
        new IngestNodes(
            directory,
            new IngestConfig(
                Limits.DEFAULTS, BulkLimits.of(1000, 1 << 20), 240, "test/1"), // stretches of 120
            NODES,
            PATIENCE);
    nodes.owners(partition -> partition % NODES);
  }

  @AfterEach
  void stop() {
    for (int i = 0; i < NODES; i++) {
      int node = i;
      Awaitility.await()
          .atMost(20, TimeUnit.SECONDS)
          .until(() -> nodes.node(node).routes().bulkRequests() == 0);
      assertThat(nodes.node(node).routes().pendingWrites()).isZero();
    }
    nodes.close();
  }

  /** A flow of each partition. */
  private List<String> flows() {
    return IntStream.range(0, IngestNodes.PARTITIONS).mapToObj(this::flow).toList();
  }

  private String flow(int partition) {
    return IntStream.range(0, 1000)
        .mapToObj(number -> "F" + number)
        .filter(name -> nodes.partitionOf(name) == partition)
        .findFirst()
        .orElseThrow();
  }

  private String oneOf(String... texts) {
    return texts[random.nextInt(texts.length)];
  }

  /** Any mix of entries of all flows, some of which cannot be. */
  private String anyEntries() {
    List<String> flows = flows();
    List<String> lines = new ArrayList<>();
    flows.forEach(flow -> lines.add("{\"type\": \"flow\", \"flow_id\": \"" + flow + "\"}"));
    for (int i = 0; i < 8; i++) {
      String flow = flows.get(i % flows.size());
      lines.add("{\"type\": \"run\", \"flow_id\": \"%s\", \"ref\": \"r%d\"}".formatted(flow, i));
      lines.add(
          "{\"type\": \"step\", \"run_number\": \"$r%d\", \"step_name\": \"start\"}".formatted(i));
      lines.add(
          "{\"type\": \"task\", \"run_number\": \"$r%d\", \"step_name\": \"start\",".formatted(i)
              + " \"ref\": \"t%d\"}".formatted(i));
    }
    while (lines.size() < ENTRIES) {
      lines.add(anyEntry(flows, lines.size()));
    }
    return String.join("\n", lines);
  }

  private String anyEntry(List<String> flows, int index) {
    String flow = flows.get(random.nextInt(flows.size()));
    String run = oneOf("$r0", "$r1", "$r2", "$r3", "$r4", "$r5", "$r99", "$t1", "$n1", "$broken");
    String task = oneOf("$t0", "$t1", "$t2", "$t3", "$t3", "$t4", "$t99", "$r1");
    return switch (random.nextInt(16)) {
      case 0 -> "{\"type\": \"flow\", \"flow_id\": \"" + oneOf(flow, "", "..") + "\"}";
      case 1 ->
          "{\"type\": \"run\", \"flow_id\": \"%s\", \"ref\": \"%s\"%s}"
              .formatted(
                  flow,
                  oneOf("n1", "n2", "r1", "n" + index),
                  oneOf("", ", \"run_number\": \"argo-1\"", ", \"tags\": 5"));
      case 2 ->
          "{\"type\": \"step\", \"run_number\": \"%s\", \"step_name\": \"%s\"%s}"
              .formatted(
                  run, oneOf("start", "end"), oneOf("", "", ", \"flow_id\": \"" + flow + "\""));
      case 3 ->
          "{\"type\": \"task\", \"run_number\": \"%s\", \"step_name\": \"start\", \"ref\": \"%s\"}"
              .formatted(run, oneOf("t1", "t" + index));
      case 4 ->
          "{\"type\": \"tags\", \"run_number\": \"%s\", \"tags_to_add\": [\"%s\"]}"
              .formatted(run, oneOf("a", "b"));
      case 5 -> "{\"type\": \"heartbeat\", \"task_id\": \"" + task + "\"}";
      case 6 -> oneOf("no JSON", "{\"type\": \"run\", \"ref\": \"broken\", \"tags\": }", "{}");
      case 7, 8 ->
          "{\"type\": \"artifact\", \"task_id\": \"%s\", \"name\": \"%s\"}"
              .formatted(task, oneOf("x", "y"));
      case 9 ->
          "{\"type\": \"metadata\", \"flow_id\": \"%s\", \"run_number\": 99, \"task_id\": 99,"
                  .formatted(flow)
              + " \"step_name\": \"start\", \"field_name\": \"f\", \"value\": 1}";
      default ->
          "{\"type\": \"metadata\", \"task_id\": \"%s\", \"field_name\": \"f\", \"value\": %d} "
              .formatted(task, index);
    };
  }

  /** Repeats a request until nothing of it can be carried out any more that could not before. */
  private String settled(String body) {
    String before = withoutBeats(nodes.node(0).bulk(body, KEY).body());
    for (int i = 0; i < 20; i++) {
      String after = withoutBeats(nodes.node(0).bulk(body, KEY).body());
      if (after.equals(before)) {
        return after;
      }
      before = after;
    }
    throw new AssertionError("it changes and changes");
  }

  /** Heartbeats have no keys: they beat again. */
  private static String withoutBeats(String lines) {
    return lines.replaceAll("heartbeats/(\\d)@\\d+", "heartbeats/$1@o");
  }

  private static String withoutNumbers(String lines) {
    return lines
        // A run is called by its number as soon as it is known to have one.
        .replaceAll("step (\\w+)/[^/]+/", "step $1/n/")
        .replaceAll("\"(run_number|task_id|id)\": \\d+", "\"$1\": n")
        .replaceAll("\"ids\": \\[[^]]*]", "\"ids\": n")
        .replaceAll("@\\d+", "@o");
  }

  @Test
  void aRepetitionIsOneWhereverTheFlowsAreByThen() {
    String body = anyEntries();
    nodes.owners(partition -> 0);
    String alone = settled(body);
    int events = nodes.log().events().size();

    nodes.owners(partition -> (partition + 1) % NODES);

    for (int node = 0; node < NODES; node++) {
      String split = withoutBeats(nodes.node(node).bulk(body, KEY).body());
      assertThat(split.lines().toList()).isEqualTo(alone.lines().toList());
    }
    assertThat(nodes.log().events().stream().skip(events))
        .allMatch(event -> event.getSchema().getName().equals("Heartbeat"));
  }

  @Test
  void anyMixIsAnsweredAsByOneNode(@TempDir Path directory) {
    String body = anyEntries();
    IngestConfig config =
        new IngestConfig(Limits.DEFAULTS, BulkLimits.of(1000, 1 << 20), 240, "test/1");
    try (IngestNodes one = new IngestNodes(directory, config, 1, PATIENCE)) {
      one.owners(partition -> 0);
      String expected = withoutNumbers(one.node(0).bulk(body).body());

      String split = withoutNumbers(nodes.node(1).bulk(body).body());
      assertThat(split.lines().toList()).isEqualTo(expected.lines().toList());
      assertThat(nodes.log().events()).hasSameSizeAs(one.log().events());
    }
  }

  private String flowEntry(int partition) {
    return "{\"type\": \"flow\", \"flow_id\": \"" + flow(partition) + "\"}";
  }

  private static String created(int index, String position) {
    return "{\"index\": %d, \"result\": \"created\", \"position\": \"%s\"}\n"
        .formatted(index, position);
  }

  @Test
  void whoDoesNotAnswerForItSaysSoAndItGoesToWhoDoes() {
    nodes.owners(partition -> 2);
    nodes.node(0).believes(3, 1); // which believes that it is 2
    CountDownLatch doubted = new CountDownLatch(1);
    nodes
        .node(0)
        .inDoubt(
            () -> {
              doubted.countDown();
              nodes.node(0).believes(3, 2);
            });

    assertThat(nodes.node(0).bulk(flowEntry(3) + "\n" + flowEntry(1)).body())
        .isEqualTo(created(0, "3@0") + created(1, "1@0"));
    assertThat(doubted.getCount()).isZero();
  }

  /** Both take it; none of them could resolve what refers to an entry that the other has. */
  @Test
  void whatRefersToEachOtherStaysTogetherWhileThePartitionMoves() {
    nodes.node(1).believes(3, 1);
    nodes.node(2).believes(3, 2);
    nodes.node(0).believes(3, 1).wavers(3, 2);

    assertThat(
            nodes
                .node(0)
                .bulk(
                    """
                    %1$s
                    {"type": "run", "flow_id": "%2$s", "ref": "r"}
                    {"type": "step", "run_number": "$r", "step_name": "s"}
                    {"type": "task", "run_number": "$r", "step_name": "s"}
                    """
                        .formatted(flowEntry(3), flow(3)))
                .body()
                .lines())
        .hasSize(4)
        .allMatch(line -> line.contains("\"created\""));
  }

  @Test
  void whatNobodyAnswersForWaits() {
    nodes.owners(partition -> partition == 2 ? IngestNodes.NOBODY : 1);

    CompletableFuture<Answer> answer = nodes.node(0).send(flowEntry(2) + "\n" + flowEntry(1));
    Awaitility.await().until(() -> nodes.log().events().size() == 1);
    nodes.owners(partition -> 0);

    assertThat(answer.join().body()).isEqualTo(created(0, "2@0") + created(1, "1@0"));
  }

  /** Another node would refuse it, too, or is asked for too much already. */
  @Test
  void whatANodeRefusesIsToldAsItIs() {
    for (RefusedException why :
        List.of(
            RefusedException.tooLarge("the body is larger than 7 bytes"),
            RefusedException.unavailable("too many bulk requests are on their way, try again"))) {
      nodes.node(1).refuses(why);
      int called = nodes.node(1).called();
      assertThat(nodes.node(0).bulk(flowEntry(1) + "\n" + flowEntry(0)).body())
          .startsWith(
              "{\"index\": 0, \"result\": \"rejected\", \"status\": %d, \"message\": \"%s\"}\n"
                  .formatted(Statuses.of(why.reason()), why.getMessage()))
          .hasLineCount(2);
      assertThat(nodes.node(1).called()).isEqualTo(called + 1);
    }
  }

  @Test
  void whatNobodyAnswersForIsRefusedInTheEnd() {
    nodes.owners(partition -> partition == 2 ? IngestNodes.NOBODY : 1);

    assertThat(nodes.node(0).bulk(flowEntry(1) + "\n" + flowEntry(2)).body())
        .isEqualTo(
            created(0, "1@0")
                + "{\"index\": 1, \"result\": \"rejected\", \"status\": 503, \"message\":"
                + " \"no node answers for partition 2 now, try again\"}\n");
  }

  private CompletableFuture<Answer> cutInTheMiddle(String... headers) throws InterruptedException {
    nodes.log().holdBack();
    CountDownLatch appended = new CountDownLatch(1);
    nodes.log().afterAppend(appended::countDown);
    CompletableFuture<Answer> answer = nodes.node(0).send(flowEntry(1), headers);
    assertThat(appended.await(20, TimeUnit.SECONDS)).isTrue();
    nodes.node(1).cutOff();
    return answer;
  }

  @Test
  void whatANodeHasTakenThatGoesIsNotKnown() throws InterruptedException {
    CompletableFuture<Answer> answer = cutInTheMiddle();

    assertThat(answer.join().body())
        .isEqualTo(
            "{\"index\": 0, \"result\": \"rejected\", \"status\": 503, \"message\": \"the node that"
                + " answers for partition 1 has failed or gone; it is not known whether it has"
                + " carried this out, try again\"}\n");
    nodes.log().applyAll();
  }

  @Test
  void whatHasAKeyIsPutToTheNextNode() throws InterruptedException {
    CompletableFuture<Answer> answer = cutInTheMiddle(KEY);
    nodes.log().applyAll();
    nodes.owners(partition -> 2);

    assertThat(answer.join().body()).isEqualTo(created(0, "1@0"));
    assertThat(nodes.log().events()).hasSize(1);
  }

  /**
   * Node 1 cannot say what has become of it; node 0 hears later that the partition is elsewhere.
   */
  private CompletableFuture<Answer> lostInTheMiddle(int owner) throws InterruptedException {
    nodes.log().holdBack();
    CountDownLatch appended = new CountDownLatch(1);
    nodes.log().afterAppend(appended::countDown);
    CompletableFuture<Answer> answer = nodes.node(0).send(flowEntry(1), KEY);
    assertThat(appended.await(20, TimeUnit.SECONDS)).isTrue();
    nodes.node(2).believes(1, 2);
    nodes.node(1).believes(1, 2);
    nodes.log().applyAll();
    CompletableFuture.delayedExecutor(600, TimeUnit.MILLISECONDS)
        .execute(() -> nodes.node(0).believes(1, owner));
    return answer;
  }

  @Test
  void whatHasAKeyIsPutToTheNextNodeThoughTheOneBeforeKnewFirst() throws InterruptedException {
    assertThat(lostInTheMiddle(2).join().body()).isEqualTo(created(0, "1@0"));
    assertThat(nodes.log().events()).hasSize(1);
  }

  @Test
  void whatHasAKeyWaitsForTheNextNodeToBeKnown() throws InterruptedException {
    CompletableFuture<Answer> answer = lostInTheMiddle(IngestNodes.NOBODY);
    CompletableFuture.delayedExecutor(1200, TimeUnit.MILLISECONDS)
        .execute(() -> nodes.node(0).believes(1, 2));

    assertThat(answer.join().body()).isEqualTo(created(0, "1@0"));
  }

  @Test
  void whatANodeCannotSayIsToldWhereItStillAnswersForIt() throws InterruptedException {
    assertThat(lostInTheMiddle(1).join().body())
        .startsWith("{\"index\": 0, \"result\": \"rejected\", \"status\": 503, \"message\": \"it")
        .hasLineCount(1);
  }

  /** Node 0 hears that the partition is elsewhere, while node 1 carries out what it was sent. */
  private CompletableFuture<Answer> movedInTheMiddle() throws InterruptedException {
    nodes.log().holdBack();
    CountDownLatch appended = new CountDownLatch(1);
    nodes.log().afterAppend(appended::countDown);
    CompletableFuture<Answer> answer = nodes.node(0).send(flowEntry(1));
    assertThat(appended.await(20, TimeUnit.SECONDS)).isTrue();
    nodes.node(0).believes(1, 2);
    return answer;
  }

  @Test
  void aNodeThatLivesTellsWhatItHasDoneThoughThePartitionMoves() throws InterruptedException {
    CompletableFuture<Answer> answer = movedInTheMiddle();
    CompletableFuture.delayedExecutor(1600, TimeUnit.MILLISECONDS).execute(nodes.log()::applyAll);

    assertThat(answer.join().body()).isEqualTo(created(0, "1@0"));
  }

  @Test
  void oneThatIsSilentIsNotWaitedFor() throws InterruptedException {
    CompletableFuture<Answer> answer = movedInTheMiddle();
    nodes.node(1).isSilent();

    assertThat(answer.join().body()).contains("it is not known whether it has carried this out");
    nodes.log().applyAll();
  }

  @Test
  void limitsAreOfTheWholeRequest() {
    String tasks =
        flows().stream()
            .map(
                flow ->
                    """
                    {"type": "flow", "flow_id": "%1$s"}
                    {"type": "run", "flow_id": "%1$s", "ref": "r%1$s"}
                    {"type": "step", "run_number": "$r%1$s", "step_name": "s"}
                    {"type": "task", "run_number": "$r%1$s", "step_name": "s", "ref": "%1$s"}
                    """
                        .formatted(flow))
            .reduce("", String::concat);
    String list = "{\"name\": \"x\"}, ".repeat(399) + "{\"name\": \"y\"}";
    String artifacts =
        flows().stream()
            .map(
                flow ->
                    "{\"type\": \"artifact\", \"task_id\": \"$%s\", \"entries\": [%s]}\n"
                        .formatted(flow, list))
            .reduce("", String::concat);

    Answer answer = nodes.node(0).bulk(tasks + artifacts);

    assertThat(answer.body().lines().skip(16).map(line -> line.replaceAll("@\\d+", "@o")))
        .containsExactly(
            "{\"index\": 16, \"result\": \"created\", \"artifacts_created\": 2, \"position\": \"0@o\"}",
            "{\"index\": 17, \"result\": \"created\", \"artifacts_created\": 2, \"position\": \"1@o\"}",
            "{\"index\": 18, \"result\": \"rejected\", \"status\": 413, \"message\": \"the request"
                + " has more than 1000 metadata and artifacts, those in lists counted\"}",
            "{\"index\": 19, \"result\": \"rejected\", \"status\": 413, \"message\": \"the request"
                + " has more than 1000 metadata and artifacts, those in lists counted\"}");
  }

  @Test
  void aBrokenListHasTheEntriesBeforeTheBreak() {
    assertThat(nodes.node(0).bulk("[" + flowEntry(1) + "," + flowEntry(2) + ", {]").body())
        .startsWith(created(0, "1@0") + created(1, "2@0") + "{\"result\": \"rejected\", ");
  }

  @Test
  void withoutWaitingItIsTheSame() {
    assertThat(nodes.node(0).bulk(flowEntry(1) + "\n" + flowEntry(0), "Prefer", "respond-async"))
        .isEqualTo(
            new Answer(
                202,
                "application/x-ndjson",
                "",
                (created(0, "1@0") + created(1, "0@0")).replace("created", "appended")));
  }
}
