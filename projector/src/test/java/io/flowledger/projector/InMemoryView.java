package io.flowledger.projector;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A view without a store. */
public final class InMemoryView implements ViewWriter {

  private static final byte[] BOOKKEEPING_END = {'0' + 1};

  private final NavigableMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);

  @Override
  public byte @Nullable [] get(byte[] key) {
    return rows.get(key);
  }

  @Override
  public void put(byte[] key, byte[] value) {
    rows.put(key, value);
  }

  /** All rows but the bookkeeping of a store, in hexadecimal, so that failures can be read. */
  public SortedMap<String, String> rows() {
    return hex(rows.tailMap(BOOKKEEPING_END));
  }

  /** All rows of a table but its bookkeeping. */
  public static SortedMap<String, String> rowsOf(RocksTable table) {
    NavigableMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
    table.scan(
        new byte[0],
        new byte[0],
        row -> {
          rows.put(row.key(), row.value());
          return true;
        });
    return hex(rows.tailMap(BOOKKEEPING_END));
  }

  private static SortedMap<String, String> hex(SortedMap<byte[], byte[]> rows) {
    SortedMap<String, String> hex = new TreeMap<>();
    rows.forEach(
        (key, value) -> hex.put(HexFormat.of().formatHex(key), HexFormat.of().formatHex(value)));
    return hex;
  }
}
