package io.flowledger.projector.store;

import java.nio.ByteBuffer;
import org.rocksdb.RocksIterator;

/** The row that a scan is at: its parts are copied when they are asked for, and only then. */
public sealed class TableRow permits TableWalk {

  final RocksIterator place;
  private byte[] lent = {};

  TableRow(RocksIterator place) {
    this.place = place;
  }

  public byte[] key() {
    return place.key();
  }

  public byte[] value() {
    return place.value();
  }

  /** The value in an array that the next row is lent in too: for large ones that are left soon. */
  ByteBuffer lendValue() {
    int length = place.value(lent);
    if (length > lent.length) {
      lent = new byte[length];
      place.value(lent);
    }
    return ByteBuffer.wrap(lent, 0, length);
  }
}
