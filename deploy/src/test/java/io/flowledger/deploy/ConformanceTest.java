package io.flowledger.deploy;

/** The corpus with the embedded broker. */
class ConformanceTest extends ConformanceContract {

  @Override
  TestServer emptyServer(String file) {
    return TestServer.start();
  }
}
