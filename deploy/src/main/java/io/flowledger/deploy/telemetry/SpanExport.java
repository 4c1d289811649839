package io.flowledger.deploy.telemetry;

import io.flowledger.http.telemetry.EndedRequest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the spans of requests that are recorded to an OpenTelemetry collector. A thread of its own
 * makes them and sends them: requests that are over are put into a bounded queue, and never wait.
 * What has no room there, or is not taken by the collector in time, is dropped and counted: that is
 * why it is not the batch processor of OpenTelemetry's SDK, which does not tell.
 */
public final class SpanExport implements EndedRequest.Listener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SpanExport.class);

  /** What the exporter says itself for each request to the collector; held, or it is forgotten. */
  private static final java.util.logging.Logger EXPORTER =
      java.util.logging.Logger.getLogger("io.opentelemetry");

  private static final String PATH = "/v1/traces";
  private static final int MOST_WAITING = 2048;
  private static final int MOST_AT_A_TIME = 256;
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long CLOSE_LIMIT_MS = 2000;

  /** A request that is over, and when it was, by the clock that never goes back. */
  private record Waiting(EndedRequest request, long nanoTime) {}

  private final SpanExporter collector;
  private final RequestSpans spans;
  private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Counter full;
  private final Counter failed;
  private final Thread sender = new Thread(this::run, "span-export");
  private boolean failing;
  private volatile boolean closed;

  private SpanExport(SpanExporter collector, String version, MeterRegistry metrics) {
    this.collector = collector;
    this.spans = new RequestSpans(version);
    this.full = dropped(metrics, "queue");
    this.failed = dropped(metrics, "collector");
    sender.setDaemon(true);
  }

  /**
   * Begins to send.
   *
   * @param endpoint base URL of the collector
   * @param version of this program
   */
  public static SpanExport to(URI endpoint, String version, MeterRegistry metrics) {
    EXPORTER.setLevel(Level.OFF); // it is said here, once
    return of(
        OtlpHttpSpanExporter.builder()
            .setEndpoint(traces(endpoint))
            .setTimeout(ANSWER_LIMIT)
            .setConnectTimeout(ANSWER_LIMIT)
            .setRetryPolicy(null) // spans are not worth to wait for
            .build(),
        version,
        metrics);
  }

  static SpanExport of(SpanExporter collector, String version, MeterRegistry metrics) {
    SpanExport export = new SpanExport(collector, version, metrics);
    export.sender.start();
    return export;
  }

  private static String traces(URI endpoint) {
    String url = endpoint.toString().replaceFirst("/+$", "");
    return url.endsWith(PATH) ? url : url + PATH;
  }

  private static Counter dropped(MeterRegistry metrics, String reason) {
    return Counter.builder("flowledger.spans.dropped")
        .description("Spans of requests that no collector has taken")
        .tag("reason", reason)
        .register(metrics);
  }

  @Override
  public void ended(EndedRequest request) {
    if (request.trace().isRecorded() && !waiting.offer(new Waiting(request, System.nanoTime()))) {
      full.increment();
    }
  }

  private void run() {
    List<Waiting> batch = new ArrayList<>(MOST_AT_A_TIME);
    while (true) {
      boolean last = closed;
      while (waiting.drainTo(batch, MOST_AT_A_TIME) > 0) {
        send(batch);
        batch.clear();
      }
      if (last) {
        return;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void send(List<Waiting> batch) {
    try {
      List<SpanData> made = new ArrayList<>();
      batch.forEach(over -> made.addAll(spans.of(over.request(), over.nanoTime())));
      CompletableResultCode taken =
          collector.export(made).join(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      told(batch.size(), taken.isSuccess(), taken.getFailureThrowable());
    } catch (RuntimeException e) {
      told(batch.size(), false, e);
    }
  }

  private void told(int count, boolean taken, @Nullable Throwable why) {
    if (!taken) {
      failed.increment(count);
    }
    if (taken == failing) {
      failing = !taken;
      if (taken) {
        LOG.info("the collector takes spans again");
      } else {
        LOG.warn(
            "the collector does not take spans, which are dropped: {}",
            why == null ? "it does not answer, or refuses them" : why.toString());
      }
    }
  }

  /** Sends what waits, if the collector takes it at once, then ends. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(sender);
    try {
      sender.join(CLOSE_LIMIT_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    collector.shutdown();
    spans.close();
  }
}
