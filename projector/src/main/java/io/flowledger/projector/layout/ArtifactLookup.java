package io.flowledger.projector.layout;

import io.flowledger.projector.row.ArtifactBatch;
import io.flowledger.projector.row.ArtifactRow;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The artifacts of an attempt that a view knows, by name. Nearly always all are in the batch that
 * came first; for the names in later batches there is a row each that says in which.
 */
public final class ArtifactLookup {

  private final Function<byte[], byte @Nullable []> rows;
  private final long task;
  private final int attempt;
  private final OptionalLong firstTs;
  private @Nullable Map<String, ArtifactRow> first;

  /**
   * @param rows of the view, by key
   */
  public ArtifactLookup(Function<byte[], byte @Nullable []> rows, long task, int attempt) {
    this.rows = rows;
    this.task = task;
    this.attempt = attempt;
    this.firstTs = NumberRow.in(rows.apply(Keys.firstArtifacts(task, attempt)));
  }

  /** Time of the batch that came first; empty when the attempt has no artifacts. */
  public OptionalLong firstTs() {
    return firstTs;
  }

  public Optional<ArtifactRow> find(String name) {
    if (firstTs.isEmpty()) {
      return Optional.empty();
    }
    if (first == null) {
      first = batch(firstTs.getAsLong());
    }
    ArtifactRow found = first.get(name);
    if (found == null) {
      OptionalLong ts = NumberRow.in(rows.apply(Keys.laterArtifact(task, attempt, name)));
      found = ts.isPresent() ? batch(ts.getAsLong()).get(name) : null;
    }
    return Optional.ofNullable(found);
  }

  private Map<String, ArtifactRow> batch(long ts) {
    Map<String, ArtifactRow> byName = new HashMap<>();
    byte[] batch = rows.apply(Keys.artifacts(task, attempt, ts));
    if (batch != null) {
      new ArtifactBatch(batch).all().forEach(row -> byName.put(row.name(), row));
    }
    return byName;
  }
}
