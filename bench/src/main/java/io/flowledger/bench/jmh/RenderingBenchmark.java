package io.flowledger.bench.jmh;

import io.flowledger.bench.data.SampleEvents;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.TaskRow;
import io.vertx.core.buffer.Buffer;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** From rows of the view to the bytes of an answer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RenderingBenchmark {

  private static final int LIST = 100;
  private static final int ROW_BYTES = 512;
  private static final OptionalLong BEAT = OptionalLong.of(1_700_000_000L);

  private final byte[] run = RunRow.of(SampleEvents.run("BenchFlow", 1, 1)).bytes();
  private final byte[][] tasks =
      IntStream.range(1, LIST + 1)
          .mapToObj(id -> SampleEvents.task("BenchFlow", 1, "start", id, id))
          .map(event -> TaskRow.of(event, new RunRow(run)).bytes())
          .toArray(byte[][]::new);

  @Benchmark
  public Buffer task() {
    Buffer buffer = Buffer.buffer(ROW_BYTES);
    new TaskRow(tasks[0]).render(new RunRow(run), BEAT, buffer::appendBytes);
    return buffer;
  }

  @Benchmark
  public Buffer listOf100() {
    Buffer buffer = Buffer.buffer(LIST * ROW_BYTES);
    RunRow of = new RunRow(run);
    for (byte[] task : tasks) {
      new TaskRow(task).render(of, BEAT, buffer::appendBytes);
    }
    return buffer;
  }
}
