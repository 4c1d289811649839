package io.flowledger.bench.load;

import java.util.List;

/**
 * Operation that clients ask for again and again: the requests of a cycle in turns, so that a mixed
 * load is an operation too.
 *
 * @param name as on the command line and in the table
 * @param requests of the cycle; a request as often as its share
 * @param maxConnections beyond which it makes no sense
 * @param entries of each request, where it brings many
 */
public record Operation(String name, List<Request> requests, int maxConnections, int entries) {

  /**
   * @param type of the body
   * @param body empty for none
   */
  public record Request(String method, Template path, String type, Template body) {
    public Request(String method, Template path, Template body) {
      this(method, path, "application/json", body);
    }

    boolean constant() {
      return path.constant() && body.constant();
    }

    boolean hasBody() {
      return !(body.constant() && body.fill(0, 0).isEmpty());
    }
  }

  static final int UNLIMITED = Integer.MAX_VALUE;

  public static Operation of(String name, Request... requests) {
    return new Operation(name, List.of(requests), UNLIMITED, 1);
  }

  public Operation atMost(int connections) {
    return new Operation(name, requests, connections, entries);
  }

  public Operation ofEntries(int each) {
    return new Operation(name, requests, maxConnections, each);
  }
}
