package io.flowledger.deploy.it;

import io.flowledger.deploy.fixture.BrokerProcess;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.DockerClientFactory;

/** The same API with a broker in a process of its own. */
class ExternalBrokerIT extends ApiContract {

  private static final Path FOLDER = TestServer.temporaryFolder();

  @SuppressWarnings("NullAway.Init")
  private static ChildProcess broker;

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @BeforeAll
  static void start() {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      System.err.println("WARNING: no Docker here, so the API is not tested on a Kafka container");
    }
    broker = ChildProcess.java(BrokerProcess.class, FOLDER.toString());
    server = TestServer.startOn(broker.await(Pattern.compile("broker at (\\S+)")), "external.");
  }

  @AfterAll
  static void stop() {
    server.close();
    broker.kill();
    TestServer.delete(FOLDER);
  }

  @Override
  TestServer server() {
    return server;
  }
}
