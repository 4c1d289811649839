package io.flowledger.bench.jmh;

import io.flowledger.bench.data.SampleEvents;
import io.flowledger.projector.projection.EventsProjection;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.serde.EventSerde;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** From the bytes of an event to the rows of the view, without a store. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class ProjectionBenchmark {

  private static final String FLOW = "BenchFlow";
  private static final byte[] KEY = FLOW.getBytes(StandardCharsets.UTF_8);
  private static final String STEP = "start";
  private static final long NEW = 2;

  @Param({"flow", "run", "step", "task", "metadata-1", "metadata-5", "artifact-10", "tags"})
  public String event;

  private EventsProjection projection;
  private FixedView view;
  private long offset;
  private byte[] key;
  private byte[] value;

  @Setup
  public void setUp(Blackhole blackhole) {
    EventSerde serde = FixedSchemas.serde();
    projection = new EventsProjection(serde);
    view = new FixedView();
    for (SpecificRecord parent :
        new SpecificRecord[] {
          SampleEvents.flow(FLOW, 1),
          SampleEvents.run(FLOW, 1, 1),
          SampleEvents.step(FLOW, 1, STEP, 1),
          SampleEvents.task(FLOW, 1, STEP, 1, 1)
        }) {
      projection.apply(KEY, serde.serialize(parent), offset++, view);
    }
    view.fix(blackhole);
    String flow = event.equals("flow") ? FLOW + "New" : FLOW;
    key = flow.getBytes(StandardCharsets.UTF_8);
    value = serde.serialize(event());
    Verdict verdict = projection.apply(key, value, offset++, view);
    if (!verdict.equals(Verdict.APPLIED)) {
      throw new IllegalStateException("not applied: " + verdict);
    }
  }

  private SpecificRecord event() {
    return switch (event) {
      case "flow" -> SampleEvents.flow(FLOW + "New", NEW);
      case "run" -> SampleEvents.run(FLOW, NEW, NEW);
      case "step" -> SampleEvents.step(FLOW, 1, STEP + "New", NEW);
      case "task" -> SampleEvents.task(FLOW, 1, STEP, NEW, NEW);
      case "metadata-1" -> SampleEvents.metadata(FLOW, 1, STEP, 1, 1, 1, NEW);
      case "metadata-5" -> SampleEvents.metadata(FLOW, 1, STEP, 1, 1, 5, NEW);
      case "artifact-10" -> SampleEvents.artifacts(FLOW, 1, STEP, 1, 10, NEW);
      case "tags" -> SampleEvents.tags(FLOW, 1, NEW);
      default -> throw new IllegalArgumentException(event);
    };
  }

  @Benchmark
  public Object apply() {
    return projection.apply(key, value, offset++, view);
  }
}
