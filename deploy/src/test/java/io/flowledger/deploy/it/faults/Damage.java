package io.flowledger.deploy.it.faults;

import io.flowledger.deploy.fixture.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;

/** What may become of a file or folder. */
enum Damage {
  REMOVED,
  CUT,
  /** Of its last byte only. */
  SHORT,
  FLIPPED,
  EMPTIED,
  /** By bytes that mean nothing. */
  GROWN,
  /** What is in it is in it once more. */
  DOUBLED,
  /** By as many zeros. */
  ZEROED,
  /** By an empty folder, or where it is a folder, by an empty file. */
  REPLACED,
  /** Of its last batch of records. */
  LAST_BATCH,
  /** A file where there was none. */
  ADDED,
  /** An empty one. */
  ADDED_EMPTY,
  /** A folder where there was none. */
  ADDED_FOLDER,
  /** As Kafka renames the folder of a partition that it is about to delete. */
  TO_BE_DELETED,
  /** By a note of Kafka that a partition begins behind some of its records. */
  BEGINNING_LATER;

  /** Those of every file. */
  static final Set<Damage> OF_FILES = EnumSet.range(REMOVED, REPLACED);

  private static final int ADDED_BYTES = 300;
  private static final int LATER = 2;

  /**
   * Does it.
   *
   * @param seed of what is random in it
   */
  void apply(Path file, long seed) {
    try {
      switch (this) {
        case REMOVED -> TestServer.delete(file);
        case REPLACED -> {
          boolean folder = Files.isDirectory(file);
          TestServer.delete(file);
          if (folder) {
            Files.createFile(file);
          } else {
            Files.createDirectory(file);
          }
        }
        case ADDED -> Files.write(file, random(file, seed));
        case ADDED_EMPTY -> Files.write(file, new byte[0]);
        case ADDED_FOLDER -> Files.createDirectories(file.resolve("inner"));
        case TO_BE_DELETED ->
            Files.move(
                file, file.resolveSibling(file.getFileName() + "." + "0f".repeat(16) + "-delete"));
        case BEGINNING_LATER -> {
          String name = file.getFileName().toString();
          int dash = name.lastIndexOf('-');
          Files.writeString(
              file.resolveSibling("log-start-offset-checkpoint"),
              "0\n1\n%s %s %d\n"
                  .formatted(name.substring(0, dash), name.substring(dash + 1), LATER));
        }
        default -> Files.write(file, damaged(file, Files.readAllBytes(file), seed));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] damaged(Path file, byte[] bytes, long seed) {
    return switch (this) {
      case EMPTIED -> new byte[0];
      case CUT -> Arrays.copyOf(bytes, bytes.length / 2);
      case SHORT -> Arrays.copyOf(bytes, bytes.length - 1);
      case ZEROED -> new byte[bytes.length];
      case LAST_BATCH -> Arrays.copyOf(bytes, lastBatch(bytes));
      case GROWN -> joined(bytes, random(file, seed));
      case DOUBLED -> joined(bytes, bytes);
      default -> {
        Random random = new Random(seed ^ file.getFileName().hashCode());
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        yield bytes;
      }
    };
  }

  private static int lastBatch(byte[] log) {
    int last = 0;
    for (int at = 0; at < log.length; at += 12 + ByteBuffer.wrap(log).getInt(at + 8)) {
      last = at;
    }
    return last;
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static byte[] random(Path file, long seed) {
    byte[] bytes = new byte[ADDED_BYTES];
    new Random(seed ^ file.getFileName().hashCode()).nextBytes(bytes);
    return bytes;
  }
}
