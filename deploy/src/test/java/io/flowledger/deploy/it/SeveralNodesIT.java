package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.BrokerProcess;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.OutsideProducer;
import io.flowledger.deploy.fixture.TestServer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same API of three nodes, each request at the next one. */
class SeveralNodesIT extends ApiContract {

  private static final int NODES = 3;
  private static final Path FOLDER = TestServer.temporaryFolder();

  @SuppressWarnings("NullAway.Init")
  private static ChildProcess broker;

  private static String bootstrap = "";

  @SuppressWarnings("NullAway.Init")
  private static TestServer nodes;

  @BeforeAll
  static void start() {
    broker = ChildProcess.java(BrokerProcess.class, FOLDER.toString());
    bootstrap = broker.await(Pattern.compile("broker at (\\S+)"));
    nodes = TestServer.startNodes(bootstrap, "nodes.", NODES);
  }

  @AfterAll
  static void stop() {
    nodes.close();
    broker.kill();
    TestServer.delete(FOLDER);
  }

  @Test
  void allNodesTellTheSame() {
    Api api = Api.of(nodes);
    for (int flow = 0; flow < 20; flow++) {
      api.created("/flows/Same" + flow, "{\"user_name\": \"u\", \"tags\": [\"same\"]}");
      api.created("/flows/Same" + flow + "/run", "{\"user_name\": \"u\", \"tags\": [\"same\"]}");
    }
    for (String path :
        List.of(
            "/flows",
            "/flows?_limit=7",
            "/search?tag=same",
            "/events",
            "/audit/head",
            "/flows/Same3/runs")) {
      Set<Api.Answer> answers = new HashSet<>();
      for (int call = 0; call < 2 * NODES; call++) {
        answers.add(api.get(path));
      }
      assertThat(answers).as(path).hasSize(1).allMatch(answer -> answer.status() == 200);
    }
  }

  @Test
  void allNodesTellTheSameOfDeadLetters() {
    Api api = Api.of(nodes);
    String letters = "/flowledger/dead-letters";
    List<String> flows = IntStream.range(0, 8).mapToObj(i -> "Late" + i).toList();
    try (OutsideProducer outside = new OutsideProducer(bootstrap)) {
      for (String flow : flows) {
        byte[] run = outside.bytes(OutsideProducer.run(flow, 70_000 + flows.indexOf(flow)));
        outside.append(
            new ProducerRecord<>(
                "nodes.events", null, OutsideProducer.TIME, OutsideProducer.utf8(flow), run));
      }
    }
    await().until(() -> count(api.get(letters).body(), "\"state\": \"waiting\"") == flows.size());
    flows.forEach(flow -> api.created("/flows/" + flow, "{\"user_name\": \"u\"}"));
    assertThat(api.operate("POST", letters + "/redrive", "{\"all\": true}").body())
        .contains("{\"appended\": 8, \"applied\": 8, ");
    Set<String> answers = new HashSet<>();
    for (int call = 0; call < NODES; call++) {
      answers.add(api.get(letters).body());
      assertThat(api.operate("POST", letters + "/redrive", "{\"all\": true}").body())
          .as("none is redriven twice, whoever is asked")
          .contains("{\"appended\": 0, ");
    }
    assertThat(answers)
        .hasSize(1)
        .allMatch(answer -> count(answer, "\"state\": \"applied\"") == flows.size());
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  @Test
  void copiesAnswerToo() {
    Api api = Api.of(nodes);
    api.created("/flows/Copied", "{\"user_name\": \"u\"}");
    String row = api.get("/flows/Copied").body();
    for (String wanted : List.of("any", "eventual")) {
      double before = readsOfStandbys(api);
      await()
          .untilAsserted(
              () -> {
                for (int call = 0; call < NODES; call++) {
                  Api.Answer answer =
                      api.send("GET", "/flows/Copied", "", "Flowledger-Consistency", wanted);
                  assertThat(answer.position()).as(wanted).isPresent();
                  if (wanted.equals("any")) {
                    assertThat(answer.body()).isEqualTo(row);
                  }
                }
                assertThat(readsOfStandbys(api)).as(wanted).isGreaterThan(before);
              });
    }
    assertThat(api.send("GET", "/flows/Copied", "", "Flowledger-Consistency", "perhaps").status())
        .isEqualTo(400);
  }

  /** Of all nodes. */
  private static double readsOfStandbys(Api api) {
    return IntStream.range(0, NODES)
        .mapToObj(node -> api.get("/metrics").body())
        .flatMap(String::lines)
        .filter(line -> line.startsWith("flowledger_standby_reads_total "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }

  @Override
  TestServer server() {
    return nodes;
  }
}
