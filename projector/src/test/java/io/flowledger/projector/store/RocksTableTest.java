package io.flowledger.projector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.projector.readmodel.Patience;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

final class RocksTableTest {

  private static final int ROWS = 20_000;

  private RocksResources resources;
  private File directory;

  @BeforeEach
  void open(@TempDir Path folder) {
    resources = new RocksResources(8 << 20);
    directory = folder.resolve("table").toFile();
  }

  @AfterEach
  void close() {
    resources.close();
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  /** Nothing of such a file is in memory when the table is opened, not even its index. */
  private void writeFilesBelowTheFirstLevel() throws RocksDBException {
    try (RocksResources others = new RocksResources(8 << 20);
        RocksResources.StoreOptions options = others.storeOptions();
        RocksDB db = RocksDB.open(options.options(), directory.getPath());
        FlushOptions flush = new FlushOptions()) {
      for (int number = 0; number < ROWS; number++) {
        db.put(key(number), key(-number));
      }
      db.flush(flush);
      db.compactRange();
    }
  }

  @Test
  void aScanThatNobodyWaitsForEndsAtTheNextRow() throws RocksDBException {
    writeFilesBelowTheFirstLevel();
    Patience patience = new Patience(Long.MAX_VALUE, IllegalStateException::new);
    int[] visited = {0};
    try (RocksTable table = new RocksTable(directory, resources)) {
      assertThatThrownBy(
              () ->
                  patience.<Integer>during(
                      () -> {
                        table.scan(
                            new byte[0],
                            new byte[0],
                            row -> {
                              if (++visited[0] == 3) {
                                patience.end(new IllegalStateException("gone"));
                              }
                              return true;
                            });
                        return 0;
                      }))
          .hasMessage("gone");
    }
    assertThat(visited[0]).isEqualTo(3);
  }

  @Test
  void findsRowsOfWhichNothingIsInMemory() throws RocksDBException {
    writeFilesBelowTheFirstLevel();
    try (RocksTable table = new RocksTable(directory, resources)) {
      for (int number = 0; number < ROWS; number++) {
        assertThat(table.get(key(number))).isEqualTo(key(-number));
      }
      assertThat(table.get(key(ROWS))).isNull();
    }
  }

  @Test
  void aSharedRowIsTheOneThatWasWrittenLast() throws RocksDBException {
    try (RocksTable table = new RocksTable(directory, resources)) {
      assertThat(table.getShared(key(1))).isNull();
      for (int version = 0; version < 3; version++) {
        try (WriteBatch batch = new WriteBatch()) {
          batch.put(key(1), key(version));
          table.write(batch, List.of(key(1)));
        }
        assertThat(table.getShared(key(1))).isEqualTo(key(version));
      }
      table.wipe();
      assertThat(table.getShared(key(1))).isNull();
    }
  }

  /** One that reads the row, one that looks for it in a scan, and one that closes. */
  @Test
  void closingWaitsForReadersOfASharedRow() throws Exception {
    RocksTable table = new RocksTable(directory, resources);
    table.put(key(1), key(2));
    Thread closing = new Thread(table::close);
    Thread reading =
        new Thread(
            () ->
                assertThatThrownBy(() -> table.getShared(key(1)))
                    .isExactlyInstanceOf(ViewUnavailableException.class));
    CompletableFuture<byte[]> seen = new CompletableFuture<>();
    Thread scanning =
        new Thread(
            () ->
                table.scan(
                    key(1),
                    key(1),
                    row -> {
                      startAndAwaitBlocked(closing);
                      startAndAwaitBlocked(reading);
                      seen.complete(table.getShared(key(1)));
                      return false;
                    }));
    for (Thread thread : List.of(scanning, closing, reading)) {
      thread.setDaemon(true);
    }
    scanning.start();
    assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo(key(2));
    closing.join();
    reading.join();
  }

  private static void startAndAwaitBlocked(Thread thread) {
    thread.start();
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }
}
