package io.flowledger.deploy.admin;

import io.flowledger.http.BlockingWork;
import io.flowledger.http.Operators;
import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.store.Folders;
import io.flowledger.projector.text.JsonText;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Takes checkpoints of the views on demand: {@code POST /flowledger/checkpoints}, from this machine
 * only. The newest ones are kept, so that their number does not grow.
 */
public final class CheckpointRoutes implements Routes {

  private static final int KEPT = 2;
  private static final String UNFINISHED = ".unfinished";
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  /** Copies the views into a folder that it makes. */
  public interface Taker {
    void checkpoint(Path directory) throws IOException;
  }

  private final Path folder;
  private final Taker taker;
  private final Operators operators;
  private final BlockingWork work;
  private final Clock clock;

  /**
   * @param folder that they are kept in
   */
  public CheckpointRoutes(Path folder, Taker taker, Operators operators, Vertx vertx, Clock clock) {
    this.folder = folder;
    this.taker = taker;
    this.operators = operators;
    this.work =
        BlockingWork.onSharedThreads(
            vertx, 1, () -> RefusedException.conflict("a checkpoint is being taken"));
    this.clock = clock;
  }

  @Override
  public void mount(Router router) {
    router.post("/flowledger/checkpoints").handler(this::take);
  }

  private void take(RoutingContext request) {
    operators.require(request, "checkpoints are taken");
    work.run(this::take)
        .onSuccess(
            checkpoint ->
                request
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(
                        new JsonText(128)
                            .raw("{\"checkpoint\": ")
                            .string(checkpoint.toString())
                            .raw("}")
                            .toString()))
        .onFailure(request::fail);
  }

  private Path take() throws IOException {
    Files.createDirectories(folder);
    clear();
    String name = NAME.format(clock.instant());
    Path unfinished = folder.resolve(name + UNFINISHED);
    taker.checkpoint(unfinished);
    Path checkpoint = folder.resolve(name);
    Files.move(unfinished, checkpoint, StandardCopyOption.ATOMIC_MOVE);
    clear();
    return checkpoint;
  }

  /** Deletes what was never finished, and what is old. */
  private void clear() throws IOException {
    List<Path> newestFirst;
    try (Stream<Path> entries = Files.list(folder)) {
      newestFirst = entries.sorted(Comparator.reverseOrder()).toList();
    }
    newestFirst.stream()
        .filter(entry -> entry.toString().endsWith(UNFINISHED))
        .forEach(Folders::delete);
    newestFirst.stream()
        .filter(entry -> !entry.toString().endsWith(UNFINISHED))
        .skip(KEPT)
        .forEach(Folders::delete);
  }
}
