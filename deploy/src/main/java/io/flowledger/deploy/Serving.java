package io.flowledger.deploy;

import io.flowledger.deploy.cli.Faults;
import io.flowledger.deploy.config.ServerConfig;
import io.flowledger.deploy.server.Flowledger;
import io.flowledger.deploy.server.StartException;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * A server that runs until the process ends. What it does is a line of standard output each, and
 * what ends it one of standard error.
 */
final class Serving {

  private static final int FAILED = 1;

  private final PrintWriter out;
  private final PrintWriter err;
  private final Shutdown shutdown = new Shutdown();

  Serving(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Returns only when it could not start, with the status to exit with.
   *
   * @param announcement is given the URL when everything is answered, and prints what users need
   */
  int run(ServerConfig config, Consumer<String> announcement) throws InterruptedException {
    shutdown.install();
    OutOfMemory.endsTheProcess(err);
    Flowledger server;
    try {
      server = Flowledger.start(config, this::tell, shutdown::closes);
    } catch (StartException e) {
      err.println("flowledger: " + e.getMessage());
      shutdown.exit(FAILED);
      return FAILED;
    } catch (Throwable e) { // errors too: the process ends with this status, or it would with 0
      shutdown.exit(FAILED);
      return Main.unforeseen(e, err);
    }
    ArchiveTrial.passed();
    String host = config.http().host();
    announcement.accept(
        config.edge().scheme()
            + "://"
            + (host.equals("0.0.0.0") ? "127.0.0.1" : host)
            + ":"
            + server.port()
            + config.edge().pathPrefix());
    out.flush();
    server.failed().thenAccept(this::end);
    ArchiveTraining.endIfAsked();
    new CountDownLatch(1).await();
    return FAILED;
  }

  private void tell(String line) {
    out.println("flowledger: " + line);
    out.flush();
  }

  private void end(Throwable fault) {
    boolean explained = fault instanceof StartException;
    err.println(
        "flowledger: "
            + (explained
                ? "stopping after a fault: " + fault.getMessage()
                : Faults.unforeseen("stopping after a fault", fault)));
    shutdown.exit(FAILED);
    new Thread(() -> System.exit(FAILED), "exit").start();
  }
}
