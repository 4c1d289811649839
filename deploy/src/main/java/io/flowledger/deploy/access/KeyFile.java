package io.flowledger.deploy.access;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The file of those who are known: a line for each proof of theirs, and lines that begin with
 * {@code #} for people. It holds no secrets, but whoever can write to it can let themselves in.
 */
public final class KeyFile {

  private static final long MOST_BYTES = 16 << 20;
  private static final List<String> HEAD =
      List.of(
          "# Who may use Flowledger: NAME ROLES PROOF, where a proof is sha256:HASH of a key,"
              + " bcrypt:HASH of a password, or vouched. Written by: flowledger keys");

  private final Path path;

  public KeyFile(Path path) {
    this.path = path;
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /**
   * Reads all lines.
   *
   * @throws IOException when it cannot be read, or says what cannot be; the message says where
   */
  public List<Holder> read() throws IOException {
    if (Files.size(path) > MOST_BYTES) {
      throw new IOException("it is larger than " + MOST_BYTES + " bytes");
    }
    List<Holder> holders = new ArrayList<>();
    Set<String> proofs = new HashSet<>();
    int number = 0;
    for (String line : Files.readAllLines(path, StandardCharsets.UTF_8)) {
      number++;
      if (!isOfHolder(line)) {
        continue;
      }
      Holder holder;
      try {
        holder = Holder.parse(line);
      } catch (IllegalArgumentException e) {
        throw new IOException("line %d: %s".formatted(number, e.getMessage()));
      }
      // A key says who its holder is, so nobody else may have it.
      boolean isAnothers = holder.proof() instanceof Proof.Key key && !proofs.add(key.text());
      if (isAnothers || !proofs.add(identity(holder))) {
        throw new IOException(
            "line %d: %s is there twice".formatted(number, holder.credential().name()));
      }
      holders.add(holder);
    }
    return holders;
  }

  /**
   * Adds a line; makes the file where there is none.
   *
   * @throws IOException when that name has such a proof already, or that fails
   */
  public void add(Holder holder) throws IOException {
    alone(
        () -> {
          addNow(holder);
          return true;
        });
  }

  private void addNow(Holder holder) throws IOException {
    List<String> lines = lines();
    for (Holder other : lines.isEmpty() ? List.<Holder>of() : read()) {
      if (identity(other).equals(identity(holder))) {
        throw new IOException("%s is there already".formatted(identity(holder)));
      }
    }
    if (lines.isEmpty()) {
      lines.addAll(HEAD);
    }
    lines.add(holder.line());
    write(lines);
  }

  /**
   * Removes all lines of that name; returns whether there was one.
   *
   * @throws IOException when that fails
   */
  public boolean remove(String name) throws IOException {
    return alone(() -> removeNow(name));
  }

  private boolean removeNow(String name) throws IOException {
    read(); // a file that cannot be read is not made another one
    List<String> lines = lines();
    boolean found =
        lines.removeIf(
            line -> isOfHolder(line) && Holder.parse(line).credential().name().equals(name));
    if (found) {
      write(lines);
    }
    return found;
  }

  /** A change of the file; returns whether there was anything to change. */
  private interface Change {
    boolean make() throws IOException;
  }

  /** Two commands at a time would undo each other's change. */
  private boolean alone(Change change) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("it has no folder");
    }
    Files.createDirectories(folder);
    try (FileChannel lock =
            FileChannel.open(
                folder.resolve(path.getFileName() + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock held = lock.lock()) {
      return held.isValid() && change.make();
    }
  }

  /** All others are for people. */
  private static boolean isOfHolder(String line) {
    return !line.isBlank() && !line.startsWith("#");
  }

  /** A name has one proof of each kind. */
  private static String identity(Holder holder) {
    return holder.credential().name() + " with " + holder.proof().kind();
  }

  private List<String> lines() throws IOException {
    try {
      return new ArrayList<>(Files.readAllLines(path, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return new ArrayList<>();
    }
  }

  /** Whoever reads it meanwhile reads the one before, or this one. */
  private void write(List<String> lines) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("it has no folder");
    }
    Files.createDirectories(folder);
    Path next = Files.createTempFile(folder, "keys", ".new"); // for its owner only
    try {
      if (Files.exists(path)
          && Files.getFileAttributeView(path, PosixFileAttributeView.class) != null) {
        keepOwners(next);
      }
      Files.write(next, lines, StandardCharsets.UTF_8, StandardOpenOption.SYNC);
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  /** Whoever could read it can read the next one: the server may be of another user than we are. */
  private void keepOwners(Path next) throws IOException {
    PosixFileAttributes before = Files.readAttributes(path, PosixFileAttributes.class);
    PosixFileAttributeView view = Files.getFileAttributeView(next, PosixFileAttributeView.class);
    PosixFileAttributes now = view.readAttributes();
    if (!now.group().equals(before.group())) {
      view.setGroup(before.group());
    }
    if (!now.owner().equals(before.owner())) {
      view.setOwner(before.owner());
    }
    view.setPermissions(before.permissions());
  }
}
