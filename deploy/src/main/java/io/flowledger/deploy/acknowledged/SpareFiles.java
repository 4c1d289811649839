package io.flowledger.deploy.acknowledged;

import io.flowledger.projector.files.SmallFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;

/**
 * Files that Kafka makes again where they are missing, but ends at, or waits for ever, where they
 * are damaged: those are set aside before it starts.
 */
public final class SpareFiles {

  /** Lines of tables. */
  private static final Pattern OFFSETS = Pattern.compile("[a-zA-Z0-9._-]+ \\d{1,9} \\d{1,18}");

  private static final Pattern EPOCHS = Pattern.compile("\\d{1,9} \\d{1,18}");

  /** Kafka would read all of them at once. */
  private static final Pattern SMALL =
      Pattern.compile(
          ".*\\.((time|txn)?index(\\.swap)?|snapshot)|.*-checkpoint|bootstrap\\.checkpoint"
              + "|quorum-state|(meta|partition)\\.(properties|metadata)|\\.kafka_cleanshutdown");

  /** Of the one node that there is; where it is missing, the log tells how often it has led. */
  private static final Pattern QUORUM =
      Pattern.compile(
          "\\{\"clusterId\":\"\",\"leaderId\":-?1,\"leaderEpoch\":\\d{1,9},\"votedId\":-?1,"
              + "\"appliedOffset\":0,\"currentVoters\":\\[\\{\"voterId\":1}],\"data_version\":0}\\s*");

  private static final int HEAD = 2; // a version, and the number of lines

  private SpareFiles() {}

  /**
   * Sets aside what is damaged.
   *
   * @param kafka folder of the embedded Kafka; need not be there
   * @param aside folder for it
   * @param indexes those in the folder
   * @return the names of what was set aside
   * @throws IOException when that fails
   */
  public static List<String> setAside(Path kafka, Path aside, IndexFiles indexes)
      throws IOException {
    List<String> names = new ArrayList<>();
    if (!Files.isDirectory(kafka)) {
      return names;
    }
    RecoveryPoints recovery = RecoveryPoints.of(kafka);
    for (Path groups : groups(kafka)) {
      String name = groups.getFileName().toString();
      if (PartitionAtRest.of(groups).isDamagedBefore(recovery.of(name))) {
        Path places = Files.createDirectories(aside.resolve("kafka"));
        Files.move(groups, free(places.resolve(name)));
        names.add(name);
      }
    }
    try (Stream<Path> files = Files.walk(kafka, 2)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (isDamaged(file, indexes)) {
          String name = kafka.relativize(file).toString();
          Path place = aside.resolve("kafka").resolve(name);
          Files.createDirectories(place.getParent());
          Files.move(file, place, StandardCopyOption.REPLACE_EXISTING);
          names.add(name);
        }
      }
    }
    return names;
  }

  /**
   * Makes Kafka read all of its logs when it starts, cut off what cannot be read, as after a crash
   * of which nothing is known, and forget how far they went.
   */
  public static void distrust(Path kafka) throws IOException {
    for (String name : List.of(FolderCheck.CLEAN, RecoveryPoints.FILE, NotedEnds.WRITTEN)) {
      if (Files.isRegularFile(kafka.resolve(name))) {
        Files.delete(kafka.resolve(name));
      }
    }
  }

  private static Path free(Path wanted) {
    Path place = wanted;
    for (int number = 1; Files.exists(place); number++) {
      place = wanted.resolveSibling(wanted.getFileName() + "." + number);
    }
    return place;
  }

  /** How far groups are is known from the views too. */
  private static List<Path> groups(Path kafka) throws IOException {
    try (Stream<Path> folders = Files.list(kafka).filter(Files::isDirectory)) {
      return folders
          .filter(each -> each.getFileName().toString().startsWith(FolderCheck.GROUPS + "-"))
          .toList();
    }
  }

  private static boolean isDamaged(Path file, IndexFiles indexes) throws IOException {
    String name = file.getFileName().toString();
    if (SMALL.matcher(name).matches() && !SmallFiles.isOne(file)) {
      return true;
    }
    if (name.endsWith("-offset-checkpoint")) {
      return Files.size(file) > 0 && !isTable(file, OFFSETS);
    }
    return switch (name) {
      case "leader-epoch-checkpoint" -> Files.size(file) > 0 && !isTable(file, EPOCHS);
      case "quorum-state" -> !QUORUM.matcher(text(file)).matches();
      case "bootstrap.checkpoint" -> !isWhole(file);
      default ->
          (name.endsWith(".index") || name.endsWith(".index.swap")) && indexes.isDamaged(file);
    };
  }

  /** A version, a number of lines, and the lines. */
  private static boolean isTable(Path file, Pattern pattern) throws IOException {
    String text = text(file);
    List<String> lines = text.lines().toList();
    return text.endsWith("\n")
        && lines.size() >= HEAD
        && lines.get(0).equals("0")
        && lines.get(1).equals(Integer.toString(lines.size() - HEAD))
        && lines.stream().skip(HEAD).allMatch(line -> pattern.matcher(line).matches());
  }

  private static String text(Path file) throws IOException {
    return SmallFiles.text(file, StandardCharsets.UTF_8).orElse("");
  }

  private static boolean isWhole(Path file) throws IOException {
    long bytes = 0;
    try (LogFile records = LogFile.open(file)) {
      for (FileChannelRecordBatch batch : records.batchesFrom(0)) {
        batch.ensureValid();
        bytes = batch.position() + (long) batch.sizeInBytes();
      }
      return bytes > 0 && bytes == records.bytes();
    } catch (RuntimeException damaged) {
      return false;
    }
  }
}
