package io.flowledger.bench.process;

import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.BenchException;
import io.flowledger.bench.report.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Starts servers and tells how long it took until they were of use. */
public final class Starts {

  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final Duration IDLE = Duration.ofSeconds(2);

  private Starts() {}

  /**
   * Times from the start of the process.
   *
   * @param post until a write was answered with success
   * @param ready until everything was answered
   */
  public record Times(Duration post, Duration ready) {
    public static String seconds(Duration time) {
      return Table.decimal(time.toMillis() / 1000.0, 2);
    }
  }

  /** A server that is ready. */
  public record Started(ServerProcess server, Times times) {}

  public static Started first(Bench bench, ServerProcess.Options options, Path data) {
    return watch(ServerProcess.start(bench, options, data));
  }

  /** Starts a server that has ended once more. */
  public static Started again(Bench bench, ServerProcess ended) {
    return watch(ended.again(bench));
  }

  private static Started watch(ServerProcess server) {
    CompletableFuture<Duration> ready =
        CompletableFuture.supplyAsync(() -> server.awaitReady(LIMIT));
    Duration post = server.awaitPost(LIMIT, "/flows/Started" + System.nanoTime());
    try {
      return new Started(server, new Times(post, ready.join()));
    } catch (CompletionException e) {
      throw new BenchException("the server did not become ready: " + e.getCause(), e);
    }
  }

  /** Memory when nothing has been asked for a while. */
  public static double idleMb(ServerProcess server) {
    Bench.sleep(IDLE);
    return server.residentMb();
  }

  /** Classes as the launcher keeps them for later starts; empty when the JVM makes none. */
  public static Optional<Path> archive(Bench bench, ServerProcess.Options options) {
    Path archive = bench.file("classes.jsa");
    ServerProcess server =
        ServerProcess.start(
            bench,
            options
                .withArchive(Optional.empty())
                .withJvmOption("-XX:ArchiveClassesAtExit=" + archive),
            bench.folder("data-archive"));
    server.awaitReady(LIMIT);
    server.stop();
    return Optional.of(archive).filter(java.nio.file.Files::exists);
  }
}
