package io.flowledger.bench.jmh;

import io.flowledger.bench.data.SampleEvents;
import io.flowledger.schemas.serde.EventSerde;
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

/** Events to bytes and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // set up by JMH
public class SerdeBenchmark {

  @Param({"task", "metadata-5"})
  public String event;

  private EventSerde serde;
  private SpecificRecord record;
  private byte[] bytes;

  @Setup
  public void setUp() {
    serde = FixedSchemas.serde();
    record =
        event.equals("task")
            ? SampleEvents.task("BenchFlow", 1, "start", 1, 1)
            : SampleEvents.metadata("BenchFlow", 1, "start", 1, 1, 5, 1);
    bytes = serde.serialize(record);
  }

  @Benchmark
  public byte[] serialize() {
    return serde.serialize(record);
  }

  @Benchmark
  public Object deserialize() {
    return serde.deserialize(bytes);
  }
}
