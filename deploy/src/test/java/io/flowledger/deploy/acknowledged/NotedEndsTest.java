package io.flowledger.deploy.acknowledged;

import static io.flowledger.deploy.acknowledged.PartitionFiles.batches;
import static io.flowledger.deploy.acknowledged.PartitionFiles.name;
import static io.flowledger.deploy.acknowledged.PartitionFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nobody but Kafka, or the records behind the damage, know of. */
class NotedEndsTest {

  private static final boolean KILLED = false;
  private static final boolean GAPLESS = true;

  @TempDir private Path folder;

  private void note(String file, long end) throws IOException {
    Files.writeString(folder.resolve(file), "0\n1\nt 0 %d\n".formatted(end));
  }

  /** A power cut may take what was not forced to disk, and nothing else. */
  @Test
  void whatIsCertainDependsOnTheStop() throws IOException {
    assertThat(NotedEnds.of(folder).certain("t-0", true)).isZero();
    note(RecoveryPoints.FILE, 3);
    note(NotedEnds.WRITTEN, 8);
    assertThat(NotedEnds.of(folder).certain("t-0", false)).isEqualTo(3);
    assertThat(NotedEnds.of(folder).last("t-0")).isEqualTo(8);
    assertThat(NotedEnds.of(folder).certain("t-0", true)).isEqualTo(8);
    assertThat(NotedEnds.of(folder).certain("t-1", true)).isZero();
    Files.createFile(folder.resolve(FolderCheck.CLEAN));
    assertThat(NotedEnds.of(folder).certain("t-0", false)).isEqualTo(8);
  }

  @Test
  void zerosBehindTheEndAreNormalAfterACrashAndZerosBeforeRecordsAreNot() throws IOException {
    Path log = write(folder, name(0, ".log"), 0, 5);
    int bytes = Math.toIntExact(Files.size(log));
    Files.write(log, new byte[5000], StandardOpenOption.APPEND);
    assertThat(PartitionAtRest.of(folder).broken(GAPLESS, KILLED)).isEmpty();
    Files.write(log, batches(7, 9), StandardOpenOption.APPEND);
    assertThat(PartitionAtRest.of(folder).broken(GAPLESS, KILLED))
        .contains("is damaged in its file %s at byte %d".formatted(log.getFileName(), bytes));
  }

  @Test
  void whatIsKeptForEverBeginsAtItsBeginning() throws IOException {
    write(folder, name(5, ".log"), 5, 9);
    assertThat(PartitionAtRest.of(folder).broken(GAPLESS, KILLED)).contains("lacks offset 0");
    assertThat(PartitionAtRest.of(folder).broken(false, KILLED)).isEmpty();
  }

  /** As long as a disk has room, of no bytes that are there. */
  @Test
  void smallFilesThatAreTooLongAreDamaged() throws IOException {
    Path kafka = Files.createDirectories(folder.resolve("kafka"));
    Path partition = Files.createDirectories(kafka.resolve("t-0"));
    for (Path file :
        new Path[] {
          kafka.resolve(RecoveryPoints.FILE),
          kafka.resolve(NotedEnds.WRITTEN),
          kafka.resolve(StartOffsets.FILE),
          kafka.resolve(FolderCheck.CLEAN),
          kafka.resolve(FolderCheck.NODE_FILE),
          partition.resolve("leader-epoch-checkpoint"),
          partition.resolve("partition.metadata"),
          partition.resolve(name(0, ".index")),
          partition.resolve(name(0, ".timeindex")),
          partition.resolve(name(9, ".snapshot"))
        }) {
      lengthen(file);
    }
    assertThat(NotedEnds.of(kafka).last("t-0")).isZero();
    assertThat(new NodeFile(kafka).isReadable()).isFalse();
    assertThat(new PartitionFolder(partition).topicId()).isEmpty();
    assertThat(setAside(kafka)).hasSize(10);
    assertThat(partition).isEmptyDirectory();
  }

  /** Kafka ends when it cannot read one, and does without one that is not there. */
  @Test
  void tablesThatKafkaCannotReadAreSetAside() throws IOException {
    note(RecoveryPoints.FILE, 3);
    byte[] whole = Files.readAllBytes(folder.resolve(RecoveryPoints.FILE));
    for (int position = 0; position < whole.length; position++) {
      byte[] notUtf8 = whole.clone();
      notUtf8[position] ^= (byte) 0x80;
      assertIsSetAside(notUtf8);
    }
    assertIsSetAside("0\n1\nt 0 99999999999999999999\n".getBytes(StandardCharsets.UTF_8));
    assertIsSetAside("0\n1\nt 9999999999 9\n".getBytes(StandardCharsets.UTF_8));
    Files.write(folder.resolve(RecoveryPoints.FILE), whole);
    assertThat(setAside(folder)).isEmpty();
  }

  private List<String> setAside(Path kafka) throws IOException {
    IndexFiles indexes = IndexFiles.of(kafka, folder.resolve("acknowledged.indexes"));
    return SpareFiles.setAside(kafka, folder.resolve("damaged"), indexes);
  }

  private void assertIsSetAside(byte[] table) throws IOException {
    Files.write(folder.resolve(RecoveryPoints.FILE), table);
    assertThat(setAside(folder)).containsExactly(RecoveryPoints.FILE);
  }

  @Test
  void anAcknowledgedThatIsTooLongDoesNotTakeThePlaceOfTheOneBefore() throws IOException {
    AcknowledgedFile file = new AcknowledgedFile(folder);
    file.write(AcknowledgedTest.upTo(8));
    file.write(AcknowledgedTest.upTo(9));
    lengthen(folder.resolve("acknowledged"));
    assertThat(file.read()).contains(AcknowledgedTest.upTo(8));
    assertThat(file.setStrangersAside(folder.resolve("damaged"))).containsExactly("acknowledged");
    assertThat(file.read()).contains(AcknowledgedTest.upTo(8));
  }

  private static void lengthen(Path path) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(3L << 30);
    }
  }
}
