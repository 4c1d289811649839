package io.flowledger.deploy.acknowledged;

import static io.flowledger.deploy.acknowledged.PartitionFiles.name;
import static io.flowledger.deploy.acknowledged.PartitionFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A compaction of the files 0 and 10 to one of few records is cut off, at each step in turn; what
 * is written then is in the file 20.
 */
class SegmentFilesTest {

  private static final boolean COMPACTED = false;
  private static final boolean WHOLE = true;
  private static final List<String> SUFFIXES = List.of(".log", ".index", ".timeindex");

  @TempDir private Path folder;

  private void writeBefore() throws IOException {
    for (long base : List.of(0L, 10L, 20L)) {
      write(folder, name(base, ".log"), base, base + 10);
    }
  }

  private void writeCompacted(String suffix) throws IOException {
    write(folder, name(0, ".log" + suffix), 17, 20);
    for (String index : List.of(".index", ".timeindex")) {
      Files.write(folder.resolve(name(0, index + suffix)), new byte[0]);
    }
  }

  private void rename(String from, String to) throws IOException {
    Files.move(folder.resolve(name(0, from)), folder.resolve(name(0, to)));
  }

  private void assertAtStart(Map<Long, String> names) throws IOException {
    Map<Long, Path> files = new TreeMap<>();
    names.forEach((base, suffix) -> files.put(base, folder.resolve(name(base, suffix))));
    assertThat(SegmentFiles.atStart(folder)).isEqualTo(files);
    assertThat(SegmentFiles.wrongSwaps(folder, COMPACTED)).isEmpty();
  }

  @Test
  void whatACompactionHadNotWrittenToItsEndIsNotGoneBy() throws IOException {
    writeBefore();
    writeCompacted(".cleaned");
    assertAtStart(Map.of(0L, ".log", 10L, ".log", 20L, ".log"));
    for (String suffix : SUFFIXES) { // the renaming is cut off behind each
      boolean last = suffix.equals(SUFFIXES.get(SUFFIXES.size() - 1));
      rename(suffix + ".cleaned", suffix + ".swap");
      if (!last) {
        assertAtStart(Map.of(0L, ".log", 10L, ".log", 20L, ".log"));
      }
    }
    assertAtStart(Map.of(0L, ".log.swap", 20L, ".log"));
  }

  @Test
  void whatACompactionHadWrittenReplacesTheFilesBefore() throws IOException {
    writeBefore();
    writeCompacted(".swap");
    assertAtStart(Map.of(0L, ".log.swap", 20L, ".log"));
    rename(".log", ".log.deleted");
    assertAtStart(Map.of(0L, ".log.swap", 20L, ".log"));
    Files.move(folder.resolve(name(10, ".log")), folder.resolve(name(10, ".log.deleted")));
    assertAtStart(Map.of(0L, ".log.swap", 20L, ".log"));
    for (String suffix : SUFFIXES) {
      rename(suffix + ".swap", suffix);
      assertAtStart(Map.of(0L, ".log", 20L, ".log"));
    }
  }

  /** Kafka renames in any order when it starts, and may be ended in the midst. */
  @Test
  void aStartThatWasCutOffGoesOn() throws IOException {
    writeCompacted(".swap");
    write(folder, name(20, ".log"), 20, 30);
    rename(".timeindex.swap", ".timeindex");
    assertAtStart(Map.of(0L, ".log.swap", 20L, ".log"));
  }

  @Test
  void whatNoCompactionHasLeftIsWrong() throws IOException {
    writeBefore();
    Path alone = write(folder, name(0, ".log.swap"), 0, 0);
    assertThat(SegmentFiles.wrongSwaps(folder, COMPACTED)).containsExactly(alone);
    Path index = Files.write(folder.resolve(name(0, ".timeindex.swap")), new byte[0]);
    assertThat(SegmentFiles.wrongSwaps(folder, COMPACTED)).isEmpty();
    assertThat(SegmentFiles.wrongSwaps(folder, WHOLE)).containsExactly(alone);
    assertThat(SegmentFiles.withIndexes(alone)).containsExactlyInAnyOrder(alone, index);

    Path ofTheLast = write(folder, name(20, ".log.swap"), 20, 30);
    Files.write(folder.resolve(name(20, ".timeindex.swap")), new byte[0]);
    assertThat(SegmentFiles.wrongSwaps(folder, COMPACTED)).containsExactly(ofTheLast);
  }
}
