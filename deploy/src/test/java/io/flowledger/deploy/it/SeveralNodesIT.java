package io.flowledger.deploy.it;

import io.flowledger.deploy.fixture.BrokerProcess;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

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

  @Override
  TestServer server() {
    return nodes;
  }
}
