package io.flowledger.deploy.conformance;

import io.flowledger.deploy.fixture.TestServer;

/** The corpus with the embedded broker. */
class ConformanceTest extends ConformanceContract {

  @Override
  TestServer emptyServer(String file) {
    return TestServer.start();
  }
}
