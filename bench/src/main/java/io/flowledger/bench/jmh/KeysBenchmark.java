package io.flowledger.bench.jmh;

import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.Cursor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Making keys of the view: the shortest, a usual and the longest kind. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KeysBenchmark {

  private static final io.flowledger.projector.row.ArtifactScope STEP =
      new io.flowledger.projector.row.ArtifactScope.OfStep(17, "start");

  private long task = 123_456_789L;

  @Benchmark
  public byte[] task() {
    return Keys.task(task++);
  }

  @Benchmark
  public byte[] taskInList() {
    return Keys.taskInList(17, "start", new Cursor.ByNumber(1_700_000_000_000L, task++));
  }

  @Benchmark
  public byte[] metadata() {
    return Keys.metadata(17, "start", task++, new Cursor.ByNumber(1_700_000_000_000L, 3));
  }

  @Benchmark
  public byte[] artifactsInList() {
    return Keys.artifactsInList(STEP, 0, 1_700_000_000_000L, task++);
  }
}
