package io.flowledger.ingest.imports;

import io.flowledger.http.BlockingWork;
import io.flowledger.http.Gzip;
import io.flowledger.http.JsonLines;
import io.flowledger.http.Operators;
import io.flowledger.http.RequestBody;
import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Imports exported events: {@code POST /flowledger/import} with the lines that {@code GET /events}
 * answers, from this machine only, one import at a time. The lines are kept in a file until they
 * have been imported, as they were sent, since they are read more than once. Answers with the
 * summary; where that takes a while, with lines that tell of the progress before it, and the last
 * line is the summary or, with a {@code message}, the failure.
 */
public final class ImportRoutes implements Routes {

  private static final String PATH = "/flowledger/import";

  private static final Logger LOG = LoggerFactory.getLogger(ImportRoutes.class);
  private static final String DRY_RUN = "dry_run";
  private static final Pattern LAST = Pattern.compile("\\d{1,18}");
  private static final Duration TELL_EVERY = Duration.ofMillis(500);

  private final Path file;
  private final EventImport imports;
  private final Operators operators;
  private final Vertx vertx;
  private final BlockingWork work;

  /**
   * @param folder for the lines that are being imported
   */
  public ImportRoutes(Path folder, EventImport imports, Operators operators, Vertx vertx) {
    this.file = folder.resolve("lines.ndjson");
    this.imports = imports;
    this.operators = operators;
    this.vertx = vertx;
    this.work =
        BlockingWork.on(
            new BlockingWork.Threads("import", 1, Duration.ofDays(1)),
            vertx,
            1,
            () -> RefusedException.conflict("an import is under way"));
  }

  @Override
  public void mount(Router router) {
    delete(); // what a server that was killed has left
    router.post(PATH).handler(this::receive);
  }

  /** Events of years are imported at once: there is no limit of size and time. */
  @Override
  public RequestBody body(HttpMethod method, String path) {
    return path.equals(PATH) ? RequestBody.STREAM : RequestBody.WHOLE;
  }

  private void receive(RoutingContext request) {
    operators.require(request, "events are imported");
    boolean gzip = Gzip.isGzip(request);
    ImportMode mode = mode(request);
    imports.requireWritable(); // before the lines take room
    Promise<Void> over = Promise.promise();
    work.begin(over.future());
    HttpServerRequest lines = request.request().pause();
    JsonLines answer = new JsonLines(request);
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
        .compose(received -> run(gzip, mode, progress, answer))
        .eventually(() -> work.stretch(this::delete))
        .onComplete(done -> over.complete())
        .onSuccess(summary -> answer.end(summary.toJson()))
        .onFailure(cause -> answer.breakOff(cause, ImportRoutes::explanation));
  }

  private Future<ImportSummary> run(
      boolean gzip, ImportMode mode, ImportProgress progress, JsonLines answer) {
    long timer = vertx.setPeriodic(TELL_EVERY.toMillis(), tick -> answer.tell(progress.toJson()));
    return work.stretch(() -> imports.run(new ImportFile(file, gzip), mode, progress))
        .onComplete(done -> vertx.cancelTimer(timer));
  }

  /**
   * {@code dry_run=true}; and the name of a sequence with the number up to which it is reserved.
   */
  private static ImportMode mode(RoutingContext request) {
    boolean dryRun = isDryRun(request.queryParams().get(DRY_RUN));
    Map<Sequences.Name, Long> reserve = new EnumMap<>(Sequences.Name.class);
    for (Sequences.Name name : Sequences.Name.values()) {
      String last = request.queryParams().get(name.label());
      if (last != null) {
        if (!LAST.matcher(last).matches()) {
          throw RefusedException.malformed(
              "%s must be a number, not '%s'".formatted(name.label(), last));
        }
        reserve.put(name, Long.parseLong(last));
      }
    }
    return new ImportMode(dryRun, reserve);
  }

  /** What is meant as a rehearsal must not become an import. */
  private static boolean isDryRun(@Nullable String text) {
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw RefusedException.malformed("%s must be true or false, not '%s'".formatted(DRY_RUN, text));
  }

  private boolean delete() {
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String explanation(Throwable cause) {
    if (cause instanceof RefusedException
        || cause instanceof ViewUnavailableException
        || cause instanceof LogUnavailableException) {
      return String.valueOf(cause.getMessage());
    }
    LOG.error("an import has failed", cause);
    return "the import has failed, see the log of the server";
  }
}
