package io.flowledger.deploy;

import io.flowledger.http.LocalOnly;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.EventImport;
import io.flowledger.ingest.ImportProgress;
import io.flowledger.ingest.ImportSummary;
import io.flowledger.projector.readmodel.JsonText;
import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Imports exported events: {@code POST /flowledger/import} with the lines that {@code GET /events}
 * answers, from this machine only, one import at a time. The lines are kept in a file until they
 * have been imported, since they are read more than once. Answers with the summary; where that
 * takes a while, with lines that tell of the progress before it, and the last line is the summary
 * or, with a {@code message}, the failure.
 */
final class Imports {

  /** Its bodies are streamed: they have no limit of size and time. */
  static final String PATH = "/flowledger/import";

  private static final Logger LOG = LoggerFactory.getLogger(Imports.class);
  private static final Duration TELL_EVERY = Duration.ofMillis(500);

  private final Path file;
  private final EventImport imports;
  private final Vertx vertx;
  private final WorkerExecutor thread;
  private final AtomicBoolean underWay = new AtomicBoolean();

  /**
   * @param folder for the lines that are being imported
   */
  Imports(Path folder, EventImport imports, Vertx vertx) {
    this.file = folder.resolve("lines.ndjson");
    this.imports = imports;
    this.vertx = vertx;
    this.thread = vertx.createSharedWorkerExecutor("import", 1, 1, TimeUnit.DAYS);
  }

  void mount(Router router) {
    delete(); // what a server that was killed has left
    router.post(PATH).handler(this::receive);
  }

  private void receive(RoutingContext request) {
    LocalOnly.require(request, "events are imported");
    if (!underWay.compareAndSet(false, true)) {
      throw RefusedException.conflict("an import is under way");
    }
    HttpServerRequest lines = request.request().pause();
    ImportProgress progress = new ImportProgress();
    request.response().exceptionHandler(gone -> progress.cancel());
    request.response().closeHandler(gone -> progress.cancel());
    vertx
        .fileSystem()
        .mkdirs(String.valueOf(file.getParent()))
        .compose(
            made ->
                vertx
                    .fileSystem()
                    .open(file.toString(), new OpenOptions().setTruncateExisting(true)))
        .compose(lines::pipeTo)
        .compose(received -> run(request, progress))
        .eventually(() -> thread.executeBlocking(this::delete))
        .onComplete(over -> underWay.set(false))
        .onSuccess(summary -> end(request.response(), summary.toJson()))
        .onFailure(cause -> fail(request, cause));
  }

  private Future<ImportSummary> run(RoutingContext request, ImportProgress progress) {
    long timer =
        vertx.setPeriodic(
            TELL_EVERY.toMillis(), tick -> tell(request.response(), progress.toJson()));
    return thread
        .executeBlocking(() -> imports.run(file, progress))
        .onComplete(over -> vertx.cancelTimer(timer));
  }

  private boolean delete() {
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void tell(HttpServerResponse response, String line) {
    if (!response.headWritten()) {
      begin(response).setChunked(true);
    }
    if (!response.closed()) {
      response.write(Buffer.buffer(line + "\n"));
    }
  }

  private static void end(HttpServerResponse response, String line) {
    if (!response.closed()) {
      begin(response).end(line + "\n");
    }
  }

  private static HttpServerResponse begin(HttpServerResponse response) {
    return response.headWritten()
        ? response
        : response.putHeader(HttpHeaders.CONTENT_TYPE, "application/x-ndjson");
  }

  private static void fail(RoutingContext request, Throwable cause) {
    HttpServerResponse response = request.response();
    if (!response.headWritten()) {
      request.fail(cause);
      return;
    }
    String message = "the import has failed, see the log of the server";
    if (cause instanceof RefusedException refusal) {
      message = String.valueOf(refusal.getMessage());
    } else if (cause instanceof ViewUnavailableException
        || cause instanceof LogUnavailableException) {
      message = String.valueOf(cause.getMessage());
    } else {
      LOG.error("an import has failed", cause);
    }
    end(response, new JsonText(128).raw("{\"message\": ").string(message).raw("}").toString());
  }
}
