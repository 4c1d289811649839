package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.BrokerProcess;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same API of three nodes, each request at the next one. */
class SeveralNodesIT extends ApiContract {

  private static final int NODES = 3;
  private static final Path FOLDER = TestServer.temporaryFolder();

  @SuppressWarnings("NullAway.Init")
  private static ChildProcess broker;

  @SuppressWarnings("NullAway.Init")
  private static TestServer nodes;

  @BeforeAll
  static void start() {
    broker = ChildProcess.java(BrokerProcess.class, FOLDER.toString());
    nodes =
        TestServer.startNodes(broker.await(Pattern.compile("broker at (\\S+)")), "nodes.", NODES);
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
  void copiesAnswerToo() {
    Api api = Api.of(nodes);
    api.created("/flows/Copied", "{\"user_name\": \"u\"}");
    String row = api.get("/flows/Copied").body();
    for (int call = 0; call < 4 * NODES; call++) {
      assertThat(api.send("GET", "/flows/Copied", "", "Flowledger-Consistency", "any").body())
          .isEqualTo(row);
    }
    await()
        .untilAsserted(
            () -> {
              int copies = 0;
              for (int call = 0; call < NODES; call++) {
                Api.Answer answer =
                    api.send("GET", "/flows/Copied", "", "Flowledger-Consistency", "eventual");
                copies += answer.position().isPresent() && answer.body().equals(row) ? 1 : 0;
              }
              assertThat(copies).as("of a standby").isPositive();
            });
    assertThat(api.send("GET", "/flows/Copied", "", "Flowledger-Consistency", "perhaps").status())
        .isEqualTo(400);
  }

  @Override
  TestServer server() {
    return nodes;
  }
}
