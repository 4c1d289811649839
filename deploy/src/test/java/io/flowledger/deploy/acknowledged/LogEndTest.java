package io.flowledger.deploy.acknowledged;

import static io.flowledger.deploy.acknowledged.PartitionFiles.batches;
import static io.flowledger.deploy.acknowledged.PartitionFiles.name;
import static io.flowledger.deploy.acknowledged.PartitionFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.acknowledged.Acknowledged.Extent;
import io.flowledger.deploy.acknowledged.Acknowledged.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records 0 to 9 are in one file, 10 to 14 in the next one. */
class LogEndTest {

  private static final boolean CLEAN = true;
  private static final boolean KILLED = false;

  @TempDir private Path folder;
  private Path first = Path.of("");
  private Path last = Path.of("");
  private Optional<Extent> known = Optional.empty();

  @BeforeEach
  void write15() throws IOException {
    first = write(folder, name(0, ".log"), 0, 10);
    last = write(folder, name(10, ".log"), 10, 15);
    known =
        Optional.of(
            new Extent(
                15,
                0,
                List.of(new Segment(0, Files.size(first)), new Segment(10, Files.size(last)))));
  }

  private LogEnd end(boolean clean) throws IOException {
    return LogEnd.of(SegmentFiles.atStart(folder), known, true, clean);
  }

  private static void append(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes, StandardOpenOption.APPEND);
  }

  private void assertNothing(LogEnd end) {
    assertThat(end.strays()).isEmpty();
    assertThat(end.cuts()).isEmpty();
    assertThat(end.gap()).isEmpty();
  }

  @Test
  void whatFollowsIsOfTheLog() throws IOException {
    assertNothing(end(CLEAN));
    append(last, batches(15, 17));
    assertNothing(end(CLEAN));
    write(folder, name(17, ".log"), 17, 17);
    assertNothing(end(CLEAN));
    write(folder, name(17, ".log"), 17, 20);
    assertNothing(end(KILLED));
  }

  @Test
  void junkIsCutOffUnlessKafkaDoesSo() throws IOException {
    append(last, batches(15, 16));
    long bytes = Files.size(last);
    append(last, new byte[] {1, 2, 3});
    assertThat(end(CLEAN).cuts()).containsExactly(new LogEnd.Cut(last, bytes));
    assertNothing(end(KILLED));

    Path next = write(folder, name(16, ".log"), 16, 18); // Kafka would delete it
    assertThat(end(KILLED).cuts()).containsExactly(new LogEnd.Cut(last, bytes));
    assertThat(end(KILLED).strays()).isEmpty();
    assertThat(next).exists();
  }

  @Test
  void recordsOnceMoreAreCutOff() throws IOException {
    long bytes = Files.size(last);
    append(last, batches(3, 5));
    assertThat(end(CLEAN).cuts()).containsExactly(new LogEnd.Cut(last, bytes));
    assertThat(end(KILLED).cuts()).containsExactly(new LogEnd.Cut(last, bytes));
  }

  @Test
  void junkBehindAFileThatIsCompleteIsCutOff() throws IOException {
    long bytes = Files.size(first);
    append(first, new byte[] {1});
    assertThat(end(KILLED).cuts()).containsExactly(new LogEnd.Cut(first, bytes));
  }

  @Test
  void filesThatDoNotFollowAreStrays() throws IOException {
    Path between = write(folder, name(3, ".log"), 3, 5);
    Path within = Files.write(folder.resolve(name(12, ".log")), new byte[] {1});
    Path behind = write(folder, name(99, ".log"), 99, 99);
    LogEnd end = end(KILLED);
    assertThat(end.strays()).containsExactly(between, within, behind);
    assertThat(end.cuts()).isEmpty();
    assertThat(end.gap()).isEmpty();
  }

  @Test
  void inACompactedTopicOneThatHidesRecordsIsAStray() throws IOException {
    Path hiding = write(folder, name(3, ".log"), 3, 3);
    assertThat(LogEnd.of(SegmentFiles.atStart(folder), known, false, CLEAN).strays())
        .containsExactly(hiding);
    Files.delete(hiding);
    write(folder, name(0, ".log"), 0, 3); // the others were compacted away
    write(folder, name(3, ".log"), 3, 3);
    assertNothing(LogEnd.of(SegmentFiles.atStart(folder), known, false, CLEAN));
  }

  @Test
  void recordsBehindAGapAreKeptAndToldOf() throws IOException {
    write(folder, name(17, ".log"), 17, 20);
    LogEnd end = end(CLEAN);
    assertThat(end.gap()).contains("lacks offset 15");
    assertThat(end.strays()).isEmpty();
  }
}
