package io.flowledger.bench.load;

import java.net.URI;
import java.time.Duration;

/**
 * Loads a server in a closed loop: every connection has one request on its way, and sends the next
 * when the answer has arrived. Several may run at a time.
 */
public interface LoadGenerator extends AutoCloseable {

  /**
   * @param server scheme, host and port
   * @param firstNumber of the requests' unique numbers
   * @return what happened from the moment when all connections stood
   */
  LoadResult run(URI server, Operation operation, int connections, Duration time, long firstNumber);

  @Override
  void close();
}
