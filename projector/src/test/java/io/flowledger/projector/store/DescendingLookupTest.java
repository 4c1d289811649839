package io.flowledger.projector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Seed;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DescendingLookupTest {

  private static final int KEYS = 200;

  private RocksResources resources;
  private RocksTable table;

  @BeforeEach
  void open(@TempDir Path folder) {
    resources = new RocksResources(8 << 20);
    table = new RocksTable(folder.resolve("table").toFile(), resources);
  }

  @AfterEach
  void close() {
    table.close();
    resources.close();
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  @Test
  void findsNothingInAnEmptyTable() {
    table.lookUpDescending(
        rows -> {
          assertThat(rows.get(key(5))).isNull();
          assertThat(rows.get(key(4))).isNull();
          assertThat(rows.get(key(6))).isNull();
        });
  }

  @Test
  void findsWhatAGetFindsInWhateverOrder() {
    long seed = Seed.of("DescendingLookupTest");
    Random random = new Random(seed);
    Map<Integer, byte[]> expected = new HashMap<>();
    for (int number = 0; number < KEYS; number++) {
      if (random.nextInt(3) > 0) {
        byte[] row = {(byte) number};
        table.put(key(number), row);
        expected.put(number, row);
      }
    }
    int[] asked = random.ints(20 * KEYS, 0, KEYS).toArray();
    Arrays.sort(asked, 0, 10 * KEYS); // a part of them far from descending

    table.lookUpDescending(
        rows -> {
          for (int i = asked.length - 1; i >= 0; i--) {
            assertThat(rows.get(key(asked[i])))
                .as("seed %d, key %d", seed, asked[i])
                .isEqualTo(expected.get(asked[i]));
          }
        });
  }
}
