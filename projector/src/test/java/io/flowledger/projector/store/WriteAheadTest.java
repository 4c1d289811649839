package io.flowledger.projector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.layout.KeyBuilder;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.projection.ViewWriter;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WriteAheadTest {

  private static final byte[] PARENT = Events.utf8("parent");
  private static final byte[] CHILD = Events.utf8("child");
  private static final byte[] VALUE = Events.utf8("value");

  private RocksResources resources;
  private RocksTable table;
  private WriteAhead ahead;

  @BeforeEach
  void open(@TempDir Path folder) {
    resources = new RocksResources(8 << 20);
    table = new RocksTable(folder.resolve("table").toFile(), resources);
    ahead = new WriteAhead(table);
  }

  @AfterEach
  void close() {
    ahead.close();
    table.close();
    resources.close();
  }

  @Test
  void underANewRowIsOnlyWhatWasWrittenSince() {
    ahead.putNew(PARENT, VALUE);
    assertThat(ahead.getUnder(PARENT, CHILD)).isNull();
    ahead.put(CHILD, VALUE);
    assertThat(ahead.getUnder(PARENT, CHILD)).isEqualTo(VALUE);
    ahead.flush();
    assertThat(ahead.getUnder(PARENT, CHILD)).isEqualTo(VALUE);
  }

  @Test
  void underAnOldRowIsWhatTheTableHolds() {
    table.put(PARENT, VALUE);
    table.put(CHILD, VALUE);
    assertThat(ahead.getUnder(PARENT, CHILD)).isEqualTo(VALUE);
  }

  @Test
  void nothingIsMissedWhenWhatWasKeptIsForgotten() {
    ahead.putNew(PARENT, VALUE);
    ahead.put(CHILD, VALUE);
    fillUp();
    ahead.flush();
    assertThat(ahead.getUnder(PARENT, CHILD)).isEqualTo(VALUE);
  }

  @Test
  void whatWasDiscardedIsNotNewAnyMore() {
    table.put(CHILD, VALUE);
    ahead.putNew(PARENT, VALUE);
    ahead.discard();
    assertThat(ahead.getUnder(PARENT, CHILD)).isEqualTo(VALUE);
  }

  private static KeyBuilder key(int number) {
    return Keys.runMetadata(number);
  }

  private void assertWritten(int number) {
    ahead.flush();
    assertThat(table.get(key(number).bytes())).isEqualTo(ViewWriter.EMPTY);
  }

  @Test
  void whatIsPutOnceIsWritten() {
    ahead.putOnce(key(1));
    assertWritten(1);
  }

  @Test
  void whatIsPutOnceIsBufferedOnce() {
    ahead.putOnce(key(1));
    long bytes = ahead.bytes();
    ahead.putOnce(key(1));
    assertThat(ahead.bytes()).isEqualTo(bytes);
    ahead.flush();
    ahead.putOnce(key(1));
    ahead.putOnce(key(2));
    assertThat(ahead.bytes()).isEqualTo(bytes);
  }

  @Test
  void whatWasDiscardedIsPutAgain() {
    ahead.putOnce(key(1));
    ahead.discard();
    ahead.putOnce(key(1));
    assertWritten(1);
  }

  @Test
  void whatIsPutOnceIsPutAgainIntoATableThatWasWiped() {
    ahead.putOnce(key(1));
    assertWritten(1);
    ahead.discard();
    table.wipe();
    ahead.putOnce(key(1));
    assertWritten(1);
  }

  @Test
  void nothingIsMissedHoweverMuchIsPutOnce() {
    for (int round = 0; round < 2; round++) {
      for (int number = 0; number < 40_000; number++) {
        ahead.putOnce(key(number));
      }
    }
    ahead.flush();
    for (int number = 0; number < 40_000; number++) {
      assertThat(table.get(key(number).bytes())).isEqualTo(ViewWriter.EMPTY);
    }
  }

  /** More rows than are kept in memory. */
  private void fillUp() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      byte[] key = new byte[16];
      random.nextBytes(key);
      ahead.put(key, VALUE);
    }
  }
}
