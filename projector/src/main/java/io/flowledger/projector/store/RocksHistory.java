package io.flowledger.projector.store;

import io.flowledger.projector.chain.LogHead;
import io.flowledger.projector.layout.KeyBuilder;
import io.flowledger.projector.layout.KeyParts;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.readmodel.HistoryView;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.projector.row.KeyedEvent;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.row.Verdict;
import java.util.Optional;

/** History read from the table of the events of one partition. */
final class RocksHistory implements HistoryView {

  private final RocksTable events;

  RocksHistory(RocksTable events) {
    this.events = events;
  }

  @Override
  public void flowEvents(String flowId, long from, RowVisitor<IndexedEvent> visitor) {
    history(Keys.flowEvents(flowId), from, visitor);
  }

  @Override
  public void runEvents(long run, long from, RowVisitor<IndexedEvent> visitor) {
    history(Keys.runEvents(run), from, visitor);
  }

  private void history(KeyBuilder prefix, long from, RowVisitor<IndexedEvent> visitor) {
    byte[] start = prefix.bytes();
    int length = prefix.length();
    events.scan(
        start,
        prefix.number(IndexedEvent.block(from)).bytes(),
        row ->
            IndexedEvent.visit(
                new KeyParts(row.key(), length).number(),
                row.value(),
                event -> event.offset() < from || visitor.visit(event)));
  }

  @Override
  public Optional<KeyedEvent> keyed(String flowId, String key) {
    return Optional.ofNullable(events.get(Keys.keyed(flowId, key))).map(KeyedEvent::fromRow);
  }

  @Override
  public Verdict verdict(long offset) {
    byte[] row = events.get(Keys.verdict(offset));
    return row == null ? Verdict.APPLIED : Verdict.fromRow(row);
  }

  @Override
  public LogHead head() {
    return StoreIdentity.headIn(events);
  }
}
