package io.flowledger.deploy.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.flowledger.http.telemetry.EndedRequest;
import io.flowledger.http.trace.RequestTrace;
import io.flowledger.http.trace.SampledTraces;
import io.flowledger.http.trace.TraceParent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpanExportTest {

  private static final int ROOM = 2048;
  private static final TraceParent PARENT =
      new TraceParent("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true);
  private static final Instant BEGUN = Instant.parse("2026-11-30T17:00:00Z");
  private static final long BEGUN_NANOS = BEGUN.getEpochSecond() * 1_000_000_000;

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  private static EndedRequest request(RequestTrace trace, int status) {
    return new EndedRequest(
        BEGUN,
        "id-1",
        "10.0.0.1",
        "anna",
        "POST",
        "/flows/F?a=b",
        "/flows/:flow",
        "HTTP/1.1",
        status,
        10,
        5_000_000,
        "curl/8",
        trace);
  }

  private static RequestTrace recorded() {
    return new SampledTraces(0).of(Optional.of(PARENT));
  }

  private double dropped(String reason) {
    return metrics.get("flowledger.spans.dropped").tag("reason", reason).counter().count();
  }

  /** A collector that does what a test says. */
  private static final class Collector implements SpanExporter {
    final List<SpanData> taken = Collections.synchronizedList(new ArrayList<>());
    final CountDownLatch called = new CountDownLatch(1);
    final CountDownLatch mayGoOn = new CountDownLatch(1);
    volatile boolean refuses;

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      called.countDown();
      try {
        mayGoOn.await();
      } catch (InterruptedException e) {
        return CompletableResultCode.ofFailure();
      }
      if (refuses) {
        return CompletableResultCode.ofFailure();
      }
      taken.addAll(spans);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  private SpanExport open(Collector collector) {
    return SpanExport.of(collector, "1.2", metrics);
  }

  // ---- what is recorded ------------------------------------------------------------------------

  @Test
  void clientsSayWhetherTheirTracesAreRecorded() {
    RequestTrace yes = new SampledTraces(0).of(Optional.of(PARENT));
    assertThat(yes.isRecorded()).isTrue();
    assertThat(yes.own().map(TraceParent::traceId)).hasValue(PARENT.traceId());
    TraceParent unsampled = new TraceParent(PARENT.traceId(), PARENT.spanId(), false);
    RequestTrace no = new SampledTraces(1).of(Optional.of(unsampled));
    assertThat(no.isRecorded()).isFalse();
    assertThat(no.own().map(TraceParent::sampled)).hasValue(false);
  }

  @Test
  void ofTracesThatBeginHereTheRatioDoes() {
    assertThat(new SampledTraces(0).of(Optional.empty())).isSameAs(RequestTrace.NONE);
    RequestTrace begun = new SampledTraces(1).of(Optional.empty());
    assertThat(begun.isRecorded()).isTrue();
    assertThat(begun.parent()).isEmpty();
    assertThat(begun.own().orElseThrow().traceId()).matches("[0-9a-f]{32}");
  }

  // ---- spans -----------------------------------------------------------------------------------

  @Test
  void aRequestIsASpanWithOneBelowItForEachOfItsParts() {
    RequestTrace trace = recorded();
    long over = 100_000_000L; // as nanoTime goes; so it began at 95 ms
    trace.add("append", 96_000_000L, 98_000_000L);
    trace.add("apply wait", 98_000_000L, 99_500_000L);
    List<SpanData> spans;
    try (RequestSpans made = new RequestSpans("1.2")) {
      spans = made.of(request(trace, 200), over);
    }
    assertThat(spans)
        .extracting(SpanData::getName)
        .containsExactly("append", "apply wait", "POST /flows/:flow");
    SpanData server = spans.get(2);
    assertThat(server.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(server.getTraceId()).isEqualTo(PARENT.traceId());
    assertThat(server.getParentSpanId()).isEqualTo(PARENT.spanId());
    assertThat(server.getSpanId()).isEqualTo(trace.own().orElseThrow().spanId());
    assertThat(server.getStartEpochNanos()).isEqualTo(BEGUN_NANOS);
    assertThat(server.getEndEpochNanos()).isEqualTo(BEGUN_NANOS + 5_000_000);
    assertThat(server.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(server.getAttributes().get(AttributeKey.stringKey("http.route")))
        .isEqualTo("/flows/:flow");
    assertThat(server.getAttributes().get(AttributeKey.stringKey("url.path")))
        .isEqualTo("/flows/F");
    assertThat(server.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(200);
    assertThat(server.getResource().getAttribute(AttributeKey.stringKey("service.name")))
        .isEqualTo("flowledger");
    SpanData append = spans.get(0);
    assertThat(append.getParentSpanId()).isEqualTo(server.getSpanId());
    assertThat(append.getTraceId()).isEqualTo(PARENT.traceId());
    assertThat(append.getSpanId()).isNotEqualTo(server.getSpanId());
    assertThat(append.getStartEpochNanos()).isEqualTo(BEGUN_NANOS + 1_000_000);
    assertThat(append.getEndEpochNanos()).isEqualTo(BEGUN_NANOS + 3_000_000);
  }

  @Test
  void oneThatBeginsItsTraceHasTheIdentifiersThatItWasGiven() {
    RequestTrace trace = new SampledTraces(1).of(Optional.empty());
    try (RequestSpans made = new RequestSpans("1.2")) {
      SpanData span = made.of(request(trace, 503), 0).get(0);
      assertThat(span.getTraceId()).isEqualTo(trace.own().orElseThrow().traceId());
      assertThat(span.getSpanId()).isEqualTo(trace.own().orElseThrow().spanId());
      assertThat(span.getParentSpanContext().isValid()).isFalse();
      assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type"))).isEqualTo("503");
    }
  }

  // ---- sending ---------------------------------------------------------------------------------

  @Test
  void whatIsRecordedIsSentAndNothingElse() {
    Collector collector = new Collector();
    collector.mayGoOn.countDown();
    try (SpanExport export = open(collector)) {
      export.ended(request(recorded(), 200));
      export.ended(request(RequestTrace.NONE, 200));
    }
    assertThat(collector.taken).hasSize(1);
  }

  @Test
  void aSlowCollectorKeepsNobodyWaiting() throws Exception {
    Collector collector = new Collector();
    try (SpanExport export = open(collector)) {
      export.ended(request(recorded(), 200));
      collector.called.await();
      for (int i = 0; i < ROOM + 5; i++) {
        export.ended(request(recorded(), 200));
      }
      assertThat(dropped("queue")).isEqualTo(5);
      collector.mayGoOn.countDown();
      await().until(() -> collector.taken.size() == 1 + ROOM);
    }
  }

  @Test
  void whatACollectorRefusesIsCounted() {
    Collector collector = new Collector();
    collector.mayGoOn.countDown();
    collector.refuses = true;
    try (SpanExport export = open(collector)) {
      export.ended(request(recorded(), 200));
      await().until(() -> dropped("collector") == 1);
      collector.refuses = false;
      export.ended(request(recorded(), 200));
    }
    assertThat(collector.taken).hasSize(1);
  }

  @Test
  void aCollectorIsAskedByOtlpOverHttp() throws Exception {
    BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    HttpServer stub = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    stub.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          asked.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Content-Type")
                  + " "
                  + new String(body, StandardCharsets.ISO_8859_1));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    stub.start();
    URI endpoint = URI.create("http://127.0.0.1:" + stub.getAddress().getPort() + "/");
    try (SpanExport export = SpanExport.to(endpoint, "1.2", metrics)) {
      export.ended(request(recorded(), 200));
      String told = asked.poll(20, TimeUnit.SECONDS);
      String traceId =
          new String(HexFormat.of().parseHex(PARENT.traceId()), StandardCharsets.ISO_8859_1);
      assertThat(told)
          .startsWith("POST /v1/traces application/x-protobuf ")
          .contains(traceId, "POST /flows/:flow", "service.name", "flowledger");
    } finally {
      stub.stop(0);
    }
    assertThat(dropped("collector")).isZero();
  }
}
