package io.flowledger.deploy.conformance;

import io.flowledger.deploy.fixture.BrokerProcess;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.TestServer;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The corpus with a broker in a process of its own, each file on topics of its own. */
class ExternalConformanceIT extends ConformanceContract {

  private static final Path FOLDER = TestServer.temporaryFolder();

  @SuppressWarnings("NullAway.Init")
  private static ChildProcess broker;

  @SuppressWarnings("NullAway.Init")
  private static String bootstrapServers;

  @BeforeAll
  static void start() {
    broker = ChildProcess.java(BrokerProcess.class, FOLDER.toString());
    bootstrapServers = broker.await(Pattern.compile("broker at (\\S+)"));
  }

  @AfterAll
  static void stop() {
    broker.kill();
    TestServer.delete(FOLDER);
  }

  @Override
  TestServer emptyServer(String file) {
    return TestServer.startOn(bootstrapServers, file + ".");
  }
}
