package io.flowledger.deploy.telemetry;

import io.flowledger.http.telemetry.EndedRequest;
import io.flowledger.http.trace.RequestTrace;
import io.flowledger.http.trace.TraceParent;
import io.flowledger.http.trace.Traces;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The spans of requests that are over, by OpenTelemetry's conventions for HTTP servers: one of the
 * request, under the identifier that others know it by already, and one of each of its parts. For
 * one thread.
 */
final class RequestSpans implements AutoCloseable {

  private static final int SERVER_ERROR = 500;
  private static final String SCOPE = "io.flowledger";

  private final Ids ids = new Ids();
  private final List<SpanData> ended = new ArrayList<>();
  private final SdkTracerProvider provider;
  private final Tracer tracer;

  /**
   * @param version of this program
   */
  RequestSpans(String version) {
    this.provider =
        SdkTracerProvider.builder()
            .setSampler(Sampler.alwaysOn()) // it has been decided when the request came
            .setIdGenerator(ids)
            .addResource(
                Resource.create(
                    Attributes.builder()
                        .put("service.name", "flowledger")
                        .put("service.version", version)
                        .build()))
            .addSpanProcessor(new Collecting())
            .build();
    this.tracer = provider.get(SCOPE, version);
  }

  /**
   * Those of a request.
   *
   * @param nanoTime when it was over, by {@link System#nanoTime()}
   */
  List<SpanData> of(EndedRequest request, long nanoTime) {
    RequestTrace trace = request.trace();
    TraceParent own = trace.own().orElseThrow();
    ids.next(own);
    SpanBuilder builder =
        tracer
            .spanBuilder(
                request.method() + (request.route().isEmpty() ? "" : " ") + request.route())
            .setSpanKind(SpanKind.SERVER)
            .setStartTimestamp(request.begun())
            .setAttribute("http.request.method", request.method())
            .setAttribute("url.path", path(request.target()))
            .setAttribute("http.response.status_code", (long) request.status())
            .setAttribute("flowledger.request_id", request.id());
    put(builder, "http.route", request.route().isEmpty() ? null : request.route());
    put(builder, "client.address", request.address());
    put(builder, "user_agent.original", request.userAgent());
    Context parent = trace.parent().map(RequestSpans::remote).orElseGet(Context::root);
    Span span = builder.setParent(parent).startSpan();
    if (request.status() >= SERVER_ERROR) {
      span.setStatus(StatusCode.ERROR);
      span.setAttribute("error.type", Integer.toString(request.status()));
    }
    long begun = nanoTime - request.nanos();
    for (RequestTrace.Phase phase : trace.end()) {
      part(phase, request.begun(), begun, parent.with(span));
    }
    span.end(request.begun().plusNanos(request.nanos()));
    List<SpanData> all = List.copyOf(ended);
    ended.clear();
    return all;
  }

  private void part(RequestTrace.Phase phase, Instant at, long nanoTime, Context request) {
    tracer
        .spanBuilder(phase.name())
        .setParent(request)
        .setStartTimestamp(at.plusNanos(phase.begin() - nanoTime))
        .startSpan()
        .end(at.plusNanos(phase.end() - nanoTime));
  }

  private static void put(SpanBuilder builder, String name, @Nullable String value) {
    if (value != null) {
      builder.setAttribute(name, value);
    }
  }

  private static String path(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  private static Context remote(TraceParent parent) {
    return Context.root()
        .with(
            Span.wrap(
                SpanContext.createFromRemoteParent(
                    parent.traceId(),
                    parent.spanId(),
                    TraceFlags.getSampled(),
                    TraceState.getDefault())));
  }

  @Override
  public void close() {
    provider.close();
  }

  /** That of the request, then new ones, all of its trace. */
  private static final class Ids implements IdGenerator {
    private @Nullable TraceParent request;
    private boolean given;

    void next(TraceParent span) {
      request = span;
      given = false;
    }

    private TraceParent request() {
      return Objects.requireNonNull(request, "no request has been named");
    }

    @Override
    public String generateSpanId() {
      if (given) {
        return Traces.newSpanId();
      }
      given = true;
      return request().spanId();
    }

    @Override
    public String generateTraceId() {
      return request().traceId();
    }
  }

  private final class Collecting implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      // It is told when it has ended.
    }

    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      ended.add(span.toSpanData());
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }
}
