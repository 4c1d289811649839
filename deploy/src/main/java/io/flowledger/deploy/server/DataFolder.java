package io.flowledger.deploy.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.flowledger.deploy.acknowledged.AcknowledgedFile;
import io.flowledger.projector.files.SmallFiles;
import io.flowledger.projector.store.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of everything that a server keeps, which nobody else on the machine can look into. One
 * process has it at a time, by a file lock.
 */
public final class DataFolder implements AutoCloseable {

  private static final String LOCK = "flowledger.lock";
  private static final String KAFKA = "kafka";
  private static final String VERSIONS = "projection-versions"; // of the views
  private static final String VIEWS = "views";
  private static final Pattern FOLDER_OF_VIEWS =
      Pattern.compile(".*projector|\\d+_\\d+|(events|heartbeats)-view");
  private static final String DAMAGED = "damaged";
  private static final String INSTANCE_ID = "instance-id";

  private static final Pattern FILE_OF_VIEWS =
      Pattern.compile(
          VERSIONS
              + "|application-server|kafka-streams-process-metadata" // of all
              + "|CURRENT|IDENTITY|(MANIFEST|OPTIONS)-\\d+|\\d+\\.(sst|log)");

  private static final int DEPTH = 4; // of the files of a view

  private final Path root;
  private final FileChannel channel;
  private final FileLock lock;

  private DataFolder(Path root, FileChannel channel, FileLock lock) {
    this.root = root;
    this.channel = channel;
    this.lock = lock;
  }

  /** Whether a server has made a folder what it is. */
  public static boolean isOne(Path root) {
    return Stream.of(LOCK, KAFKA, INSTANCE_ID).anyMatch(name -> Files.exists(root.resolve(name)));
  }

  /**
   * Makes the folder where it is missing, and takes it.
   *
   * @throws StartException when it cannot be used, or another process has it
   */
  public static DataFolder take(Path root) {
    try {
      PrivateFolder.make(root);
      checkPlaces(root);
      FileChannel channel =
          FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new StartException(
            "the data folder " + root + " is in use by another server; stop it, or use --data");
      }
      DataFolder folder = new DataFolder(root, channel, lock);
      try {
        checkRights(root);
      } catch (StartException e) {
        folder.close();
        throw e;
      }
      Folders.delete(folder.audit()); // left there by one that was killed
      return folder;
    } catch (IOException e) {
      throw new StartException("cannot use the data folder " + root + ": " + e, e);
    }
  }

  /** What is needed before anything is moved, or would be waited for. */
  private static void checkPlaces(Path root) {
    Path lock = root.resolve(LOCK);
    if (Files.exists(lock) && !Files.isRegularFile(lock)) {
      throw inTheWay(lock, "file");
    }
    Path damaged = root.resolve(DAMAGED);
    if (Files.exists(damaged) && !Files.isDirectory(damaged)) {
      throw inTheWay(damaged, "folder");
    }
    for (Path folder : List.of(root, damaged)) {
      if (Files.exists(folder) && !Files.isWritable(folder)) {
        throw new StartException("cannot use the data folder: nothing can be put into " + folder);
      }
    }
  }

  /** Kafka ends at a file that it may not open, and does not say which it is. */
  private static void checkRights(Path root) throws IOException {
    List<String> closed = new ArrayList<>();
    for (Path part : List.of(root.resolve(KAFKA), root.resolve(VIEWS))) {
      if (Files.isReadable(part)) {
        try (Stream<Path> files = Files.walk(part, DEPTH)) {
          files
              .filter(file -> !Files.isReadable(file) || !Files.isWritable(file))
              .forEach(file -> closed.add(root.relativize(file).toString()));
        } catch (UncheckedIOException e) { // a folder that may not be looked into
          closed.add(root.relativize(part) + " (" + e.getCause() + ")");
        }
      }
    }
    if (!closed.isEmpty()) {
      throw new StartException(
          "cannot use the data folder %s: the user of this server may not read and write %s%s. Nothing was changed. Give that user all of the folder"
              .formatted(root, closed.get(0), closed.size() == 1 ? "" : " and others"));
    }
  }

  private static StartException inTheWay(Path path, String wanted) {
    return new StartException(
        "%s is something else where a %s has to be. Nothing was changed. Move it away"
            .formatted(path, wanted));
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException inThisProcess) {
      return null;
    }
  }

  /** Closes to others what has been made in the folder since it was taken. */
  void closeToOthers() {
    try {
      PrivateFolder.make(root);
    } catch (IOException e) {
      throw new StartException("cannot use the data folder " + root + ": " + e, e);
    }
  }

  Path root() {
    return root;
  }

  public Path kafka() {
    return root.resolve(KAFKA);
  }

  /** What has been acknowledged of the log in it. */
  AcknowledgedFile acknowledged() {
    return new AcknowledgedFile(root);
  }

  /** File of the checksums of the indexes of the log in it. */
  Path noteOfIndexes() {
    return root.resolve("acknowledged.indexes");
  }

  @Override
  public String toString() {
    return root.toString();
  }

  public Path views() {
    return root.resolve(VIEWS);
  }

  /**
   * Sets the views aside, which know what the log does not have any more.
   *
   * @return where they are; empty when there are none
   */
  Optional<Path> keepViews() throws IOException {
    if (!Files.isDirectory(views())) {
      return Optional.empty();
    }
    int number = 1;
    while (Files.exists(root.resolve("views-before-loss-" + number))) {
      number++;
    }
    return Optional.of(Files.move(views(), root.resolve("views-before-loss-" + number)));
  }

  /**
   * Sets aside what is no folder where folders have to be, and what is no file where files have to
   * be, of what can be made again.
   *
   * @return their names
   * @throws StartException when that fails
   */
  List<String> setStrangersAside() {
    List<String> names = new ArrayList<>();
    try {
      Path id = root.resolve(INSTANCE_ID);
      if (Files.exists(id) && !Files.isRegularFile(id)) {
        names.add(setAside(id));
      }
      for (Path folder : List.of(views(), checkpoints(), imports())) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
          names.add(setAside(folder));
        }
      }
      if (Files.isDirectory(views())) {
        try (Stream<Path> files = Files.find(views(), DEPTH, DataFolder::isAnother)) {
          for (Path file : files.toList()) {
            names.add(setAside(file));
          }
        }
      }
      return names;
    } catch (IOException e) {
      throw new StartException("cannot use the data folder " + root + ": " + e, e);
    }
  }

  /** Folders are those of a projector, of a partition in it, and of a view of that. */
  private static boolean isAnother(Path file, BasicFileAttributes attributes) {
    String name = file.getFileName().toString();
    boolean special = attributes.isOther(); // as a pipe, which would be waited for
    return (attributes.isRegularFile() || special) && FOLDER_OF_VIEWS.matcher(name).matches()
        || (attributes.isDirectory() || special) && FILE_OF_VIEWS.matcher(name).matches();
  }

  private String setAside(Path file) throws IOException {
    String name = root.relativize(file).toString();
    Path place = damaged().resolve(name + "-" + System.currentTimeMillis());
    Files.createDirectories(place.resolveSibling(""));
    Files.move(file, place);
    return name;
  }

  /** Of files that were damaged, and have been made again. */
  Path damaged() {
    return root.resolve(DAMAGED);
  }

  Path checkpoints() {
    return root.resolve("checkpoints");
  }

  /** Of what an audit needs while it runs. It is deleted, so no other folder is so named. */
  public Path audit() {
    return root.resolve("flowledger.audit");
  }

  Path imports() {
    return root.resolve("imports");
  }

  /** The name that this folder keeps for ever, and no other one has. */
  public String instanceId() {
    Path file = root.resolve(INSTANCE_ID);
    try {
      String known = SmallFiles.text(file, ISO_8859_1).orElse("").strip();
      if (!known.matches("[0-9a-f-]{36}")) { // missing, or damaged: another name does as well
        known = UUID.randomUUID().toString();
        Files.writeString(file, known);
      }
      return known;
    } catch (IOException e) {
      throw new StartException("cannot use " + file + ": " + e, e);
    }
  }

  @Override
  public void close() {
    try {
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw new StartException("cannot release the data folder " + root, e);
    }
  }
}
