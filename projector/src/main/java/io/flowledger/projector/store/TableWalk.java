package io.flowledger.projector.store;

import org.rocksdb.RocksIterator;

/** A way through the rows of a table in key order. */
public final class TableWalk extends TableRow {

  TableWalk(RocksIterator place) {
    super(place);
  }

  /** Whether there is a row here; none after the last one. */
  public boolean atRow() {
    return place.isValid();
  }

  public void next() {
    place.next();
  }
}
