package io.flowledger.deploy.acknowledged;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index of a hundred records has an entry for each third. */
class IndexFilesTest {

  private static final int RECORDS = 100;
  private static final int EACH = 3;
  private static final int ENTRY_BYTES = 8;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private Path kafka = Path.of("");
  private Path index = Path.of("");
  private Path notes = Path.of("");
  private byte[] right = new byte[0];

  @BeforeEach
  void write() throws IOException {
    kafka = folder.resolve("kafka");
    notes = folder.resolve("acknowledged.indexes");
    Path partition = Files.createDirectories(kafka.resolve("t-0"));
    PartitionFiles.write(partition, PartitionFiles.name(0, ".log"), 0, RECORDS);
    index = partition.resolve(PartitionFiles.name(0, ".index"));
    ByteBuffer entries = ByteBuffer.allocate(RECORDS / EACH * ENTRY_BYTES);
    for (int offset = EACH; entries.hasRemaining(); offset += EACH) {
      entries.putInt(offset).putInt(PartitionFiles.batches(0, offset).length);
    }
    right = entries.array();
    Files.write(index, right);
  }

  private boolean isDamaged() throws IOException {
    return IndexFiles.of(kafka, notes).isDamaged(index);
  }

  @Test
  void oneThatLeadsIntoTheLogIsRight() throws IOException {
    assertThat(isDamaged()).isFalse();
    IndexFiles.note(kafka, notes);
    assertThat(isDamaged()).isFalse();
  }

  /** By some of these Kafka would leave records out, and say nothing. */
  @Test
  void eachBitOfEachEntryCounts() throws IOException {
    IndexFiles.note(kafka, notes);
    for (int bit = 0; bit < right.length * Byte.SIZE; bit++) {
      byte[] flipped = right.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      Files.write(index, flipped);
      assertThat(isDamaged()).as("bit %d", bit).isTrue();
    }
  }

  @Test
  void soItDoesWithoutNotes() throws IOException {
    byte[] flipped = right.clone();
    flipped[right.length / 2 + Integer.BYTES - 1] ^= 1; // an offset
    Files.write(index, flipped);
    assertThat(isDamaged()).isTrue();
    Files.write(notes, new byte[] {1, 2, 3});
    assertThat(isDamaged()).isTrue();
    Files.delete(notes);
    Files.createDirectory(notes);
    assertThat(isDamaged()).isTrue();
    IndexFiles.note(kafka, notes);
    assertThat(notes).isEmptyDirectory();
  }

  /** As after a kill, when it has grown since. */
  @Test
  void oneThatHasChangedIsLookedUp() throws IOException {
    Files.write(index, Arrays.copyOf(right, right.length / 2));
    IndexFiles.note(kafka, notes);
    Files.write(index, right);
    assertThat(isDamaged()).isFalse();
  }

  @Test
  void itIsSetAsideAndTheOthersStay() throws IOException {
    byte[] flipped = right.clone();
    flipped[right.length / 2 + ENTRY_BYTES - 1] ^= 1; // a position
    Files.write(index, flipped);
    List<String> names =
        SpareFiles.setAside(kafka, folder.resolve("damaged"), IndexFiles.of(kafka, notes));
    assertThat(names).containsExactly(kafka.relativize(index).toString());
    assertThat(index).doesNotExist();
    assertThat(folder.resolve("damaged").resolve("kafka").resolve(names.get(0)))
        .hasBinaryContent(flipped);
  }
}
