package io.flowledger.projector.replay;

import io.flowledger.projector.layout.KeyBuilder;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.layout.RowKind;
import io.flowledger.projector.projection.RecordProjection;
import io.flowledger.projector.projection.ViewWriter;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.Rehearsal;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.projector.row.Verdict;
import io.flowledger.projector.store.Folders;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.RocksView;
import io.flowledger.projector.store.WriteAhead;
import io.flowledger.schemas.Envelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A rehearsal with a table of its own, in a folder for scratch. */
public final class LogRehearsal implements Rehearsal {

  private static final int EVENTS_PER_READ = 1024;
  private static final int EVENTS_PER_WRITE = 512;
  private static final int MOST_REHEARSED = 50_000;
  private static final int MOST_KNOWN = 20_000;
  private static final long MOST_UNWRITTEN_BYTES = 1 << 20;

  private final Path directory;
  private final ReadModel readModel;
  private final IntFunction<RocksView> views;
  private final RecordProjection projection;
  private final RocksTable table;
  private final WriteAhead ahead;
  private final Set<Scope> known = new HashSet<>();
  private final Set<ByteBuffer> rehearsed = new HashSet<>(); // keys of tasks, not of all
  private int unwritten;

  /**
   * @param directory for this alone; what is in it is deleted
   * @param views those of the read model
   * @param projection of events
   */
  public LogRehearsal(
      Path directory,
      ReadModel readModel,
      IntFunction<RocksView> views,
      RecordProjection projection,
      RocksResources resources) {
    this.directory = directory;
    this.readModel = readModel;
    this.views = views;
    this.projection = projection;
    Folders.delete(directory);
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.table = new RocksTable(directory.resolve("table").toFile(), resources);
    table.startBulk(); // it ends with the process at the latest
    this.ahead = new WriteAhead(table);
  }

  // ---- events ----------------------------------------------------------------------------------

  @Override
  public Optional<Verdict> known(Envelope event) {
    Scope scope = new Scope(event.flowId(), event.runNumber());
    if (known.size() == MOST_KNOWN) {
      known.clear(); // what is read again is noted as it was
    }
    if (known.add(scope)) {
      readHistory(scope);
    }
    return Optional.ofNullable(ahead.get(Keys.rehearsed(event.eventId()))).map(Verdict::fromRow);
  }

  /** Notes all events of a run, or those that register a flow, that are in the log. */
  private void readHistory(Scope scope) {
    int partition = readModel.partitionOf(scope.flowId());
    RocksView view = views.apply(partition);
    List<Long> offsets = new ArrayList<>();
    long from = 0;
    do {
      offsets.clear();
      scope.visit(
          view, from, event -> offsets.add(event.offset()) && offsets.size() < EVENTS_PER_READ);
      readModel.events(
          partition,
          offsets.stream().mapToLong(Long::longValue).toArray(),
          event -> {
            if (event.envelope().flowId().equals(scope.flowId())) {
              note(event.envelope(), view.verdict(event.offset()));
            }
            return true;
          });
      from = offsets.isEmpty() ? from : offsets.get(offsets.size() - 1) + 1;
    } while (offsets.size() == EVENTS_PER_READ);
  }

  /**
   * Where an event can be that is in the log already.
   *
   * @param runNumber 0 for the events of the flow itself
   */
  private record Scope(String flowId, long runNumber) {

    void visit(RocksView view, long from, RowVisitor<IndexedEvent> visitor) {
      if (runNumber == 0) {
        view.flowEvents(
            flowId, from, event -> event.kind() != Envelope.Kind.FLOW || visitor.visit(event));
      } else {
        view.runEvents(runNumber, from, visitor);
      }
    }
  }

  /** Of an event that is there twice the copy counts that has changed something. */
  private void note(Envelope event, Verdict verdict) {
    byte[] key = Keys.rehearsed(event.eventId());
    byte[] before = ahead.get(key);
    if (before == null || Verdict.fromRow(before) instanceof Verdict.Rejected) {
      ahead.put(key, verdict.toRow());
      if (++unwritten == EVENTS_PER_WRITE || ahead.bytes() > MOST_UNWRITTEN_BYTES) {
        ahead.flush();
        unwritten = 0;
      }
    }
  }

  @Override
  public Verdict rehearse(Envelope event, byte[] bytes, Predicate<Verdict> accepted) {
    Changes changes = new Changes(readModel.partitionOf(event.flowId()));
    Verdict verdict =
        projection.apply(event.flowId().getBytes(StandardCharsets.UTF_8), bytes, 0, changes);
    if (accepted.test(verdict)) {
      changes.keep();
      note(event, verdict);
    }
    return verdict;
  }

  /** What one event changes. */
  private final class Changes implements ViewWriter {
    private final int partition;
    private final Map<ByteBuffer, byte[]> rows = new HashMap<>();
    private @Nullable ByteBuffer fresh;

    Changes(int partition) {
      this.partition = partition;
    }

    void keep() {
      if (fresh != null) {
        if (rehearsed.size() == MOST_REHEARSED) {
          rehearsed.clear();
        }
        rehearsed.add(fresh);
      }
      rows.forEach(
          (key, row) -> {
            if (key.equals(fresh)) {
              ahead.putNew(key.array(), row);
            } else {
              ahead.put(key.array(), row);
            }
          });
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
      byte[] row = rows.get(ByteBuffer.wrap(key));
      return row != null ? row : LogRehearsal.this.get(key, partition);
    }

    /** Of what has been registered in this rehearsal there is nothing in any view. */
    @Override
    public byte @Nullable [] getUnder(byte[] parent, byte[] key) {
      byte[] row = rows.get(ByteBuffer.wrap(key));
      if (row != null || !rehearsed.contains(ByteBuffer.wrap(parent))) {
        return row != null ? row : LogRehearsal.this.get(key, partition);
      }
      return ahead.getUnder(parent, key);
    }

    @Override
    public void put(byte[] key, byte[] value) {
      if (!RowKind.isWriteOnly(key)) { // what is not read again decides nothing
        rows.put(ByteBuffer.wrap(key), value);
      }
    }

    @Override
    public void putNew(byte[] key, byte[] value) {
      fresh = ByteBuffer.wrap(key);
      put(key, value);
    }

    /** Indices, which no projection looks at. */
    @Override
    public void putOnce(KeyBuilder key) {}

    /** The index of positions, which no projection looks at. */
    @Override
    public void append(byte[] key, byte[] addition) {}
  }

  // ---- objects ---------------------------------------------------------------------------------

  @Override
  public Optional<RunRow> run(long number) {
    return Optional.ofNullable(get(Keys.run(number), 0)).map(RunRow::new);
  }

  @Override
  public Optional<TaskRow> task(long number) {
    return Optional.ofNullable(get(Keys.task(number), 0)).map(TaskRow::new);
  }

  /** A row as it has been rehearsed, or is in the view of any partition: numbers are unique. */
  private byte @Nullable [] get(byte[] key, int firstPartition) {
    byte[] row = ahead.get(key);
    for (int i = 0; row == null && i < readModel.partitions(); i++) {
      row = views.apply((firstPartition + i) % readModel.partitions()).row(key);
    }
    return row;
  }

  @Override
  public void close() {
    ahead.close();
    table.close();
    Folders.delete(directory);
  }
}
