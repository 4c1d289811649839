package io.flowledger.deploy.cli;

import java.io.PrintWriter;
import java.time.Duration;

/**
 * Session of one command: what it works with while it runs.
 *
 * @param json whether it prints what the server answered, rather than something for people
 */
public record Session(
    ServerClient client,
    PrintWriter out,
    PrintWriter err,
    Colours colours,
    boolean json,
    Surroundings surroundings) {

  public Times times() {
    return new Times(surroundings.clock().getZone());
  }

  public Moments moments() {
    return new Moments(surroundings.clock());
  }

  public void pause(Duration time) {
    try {
      surroundings.pause().of(time);
    } catch (InterruptedException e) {
      throw ServerClient.interrupted();
    }
  }

  /** Whether nobody reads on, as when a pipe to {@code head} has been closed. */
  public boolean unread() {
    return out.checkError();
  }
}
