package io.flowledger.deploy.cli;

import java.nio.file.Path;
import java.util.function.Consumer;

/** A server in this process, for one command, on a data folder that no other server has. */
public interface LocalServer extends AutoCloseable {

  /** Where it is reached, for example {@code http://127.0.0.1:8080}. */
  String url();

  @Override
  void close();

  /** Starts one. */
  @FunctionalInterface
  interface Opener {

    /**
     * Returns when the server answers everything.
     *
     * @param progress is told what is being done, a line at a time
     * @throws CommandFailure when it cannot start
     */
    LocalServer open(Path data, Consumer<String> progress);
  }
}
