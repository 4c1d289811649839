package io.flowledger.projector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.projector.readmodel.ViewUnavailableException;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DamagedViewsTest {

  private static final int ROWS = 20_000;

  private RocksResources resources;
  private Path directory;

  @BeforeEach
  void open(@TempDir Path folder) {
    directory = folder.resolve("view");
    resources = new RocksResources(8 << 20);
    write();
  }

  private void write() {
    try (RocksTable table = new RocksTable(file(), resources)) {
      for (int row = 0; row < ROWS; row++) {
        table.put(key(row), key(row));
      }
      table.endBulk();
    }
  }

  @AfterEach
  void close() {
    resources.close();
  }

  private File file() {
    return directory.toFile();
  }

  private Path aside() {
    return directory.resolveSibling("view.damaged");
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  private List<Path> files(String pattern) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.getFileName().toString().matches(pattern)).toList();
    }
  }

  /** Opens it; a new one has no rows. */
  private boolean isNew() {
    try (RocksTable table = DamagedViews.open(file(), resources)) {
      return table.get(key(1)) == null;
    }
  }

  @Test
  void oneThatIsWholeIsOpened() {
    assertThat(isNew()).isFalse();
    assertThat(aside()).doesNotExist();
  }

  @Test
  void oneThatLacksAFileIsSetAside() throws IOException {
    for (String file : List.of("CURRENT", "MANIFEST-.*", ".*\\.sst")) {
      isNew();
      write();
      for (Path each : files(file)) {
        Files.delete(each);
      }
      assertThat(isNew()).as(file).isTrue();
      assertThat(aside()).as(file).isDirectory();
    }
  }

  @Test
  void oneThatAnotherProcessHasIsLeftWhereItIs() {
    try (RocksTable table = new RocksTable(file(), resources)) {
      assertThatThrownBy(() -> DamagedViews.open(file(), resources))
          .isInstanceOf(ProcessorStateException.class);
      assertThat(table.get(key(1))).isEqualTo(key(1));
    }
    assertThat(aside()).doesNotExist();
  }

  @Test
  void oneInWhosePlaceThereIsAFileIsNoDamagedOne() throws IOException {
    Path other = Files.createFile(directory.resolveSibling("file"));
    assertThatThrownBy(() -> DamagedViews.open(other.resolve("view").toFile(), resources))
        .isInstanceOf(ProcessorStateException.class);
    assertThat(other).isRegularFile();
  }

  @Test
  void oneThatIsFoundDamagedWhenItIsReadIsNotReadAnyMoreAndMadeAgain() throws IOException {
    try (RocksTable table = DamagedViews.open(file(), resources)) {
      for (Path each : files(".*\\.sst")) {
        byte[] bytes = Files.readAllBytes(each);
        for (int at = 0; at < bytes.length / 2; at += 50) {
          bytes[at] ^= 1;
        }
        Files.write(each, bytes);
      }
      assertThatThrownBy(
              () -> {
                for (int row = 0; row < ROWS; row++) {
                  assertThat(table.get(key(row))).isEqualTo(key(row));
                }
              })
          .isInstanceOf(ViewUnavailableException.class)
          .hasMessage("the view is damaged, and is made again from the log");
      assertThat(table.isDamaged()).isTrue();
      assertThatThrownBy(() -> table.put(key(1), key(1)))
          .isInstanceOf(ViewUnavailableException.class);
    }
    assertThat(DamagedViews.mustBeMade(directory)).isTrue();
    assertThat(isNew()).isTrue();
    assertThat(DamagedViews.mustBeMade(directory)).isFalse();
  }

  @Test
  void oneThatIsOnlyReadIsNotMarked() throws IOException {
    for (Path each : files(".*\\.sst")) {
      byte[] bytes = Files.readAllBytes(each);
      bytes[10] ^= 1;
      Files.write(each, bytes);
    }
    try (RocksTable table = RocksTable.readOnly(file(), resources)) {
      assertThatThrownBy(() -> table.get(key(0))).isInstanceOf(ProcessorStateException.class);
    }
    assertThat(DamagedViews.mustBeMade(directory)).isFalse();
  }
}
