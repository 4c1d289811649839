package io.flowledger.deploy.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The file of API keys: a line for each, and lines that begin with {@code #} for people. It holds
 * no secrets, but whoever can write to it can let themselves in.
 */
public final class KeyFile {

  private static final long MOST_BYTES = 16 << 20;
  private static final List<String> HEAD =
      List.of("# Keys of Flowledger: NAME ROLE sha256:HASH. Made by: flowledger keys create");

  private final Path path;

  public KeyFile(Path path) {
    this.path = path;
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /**
   * Reads all keys.
   *
   * @throws IOException when it cannot be read, or says what cannot be; the message says where
   */
  public List<ApiKey> read() throws IOException {
    if (Files.size(path) > MOST_BYTES) {
      throw new IOException("it is larger than " + MOST_BYTES + " bytes");
    }
    List<ApiKey> keys = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> hashes = new HashSet<>();
    int number = 0;
    for (String line : Files.readAllLines(path, StandardCharsets.UTF_8)) {
      number++;
      if (!isOfKey(line)) {
        continue;
      }
      ApiKey key;
      try {
        key = ApiKey.parse(line);
      } catch (IllegalArgumentException e) {
        throw new IOException("line %d: %s".formatted(number, e.getMessage()));
      }
      if (!names.add(key.credential().name()) || !hashes.add(key.hash())) {
        throw new IOException(
            "line %d: %s is there twice".formatted(number, key.credential().name()));
      }
      keys.add(key);
    }
    return keys;
  }

  /**
   * Adds a key; makes the file where there is none.
   *
   * @throws IOException when there is one of that name, or that fails
   */
  public void add(ApiKey key) throws IOException {
    List<String> lines = lines();
    for (ApiKey other : lines.isEmpty() ? List.<ApiKey>of() : read()) {
      if (other.credential().name().equals(key.credential().name())) {
        throw new IOException("there is a key of %s already".formatted(key.credential().name()));
      }
    }
    if (lines.isEmpty()) {
      lines.addAll(HEAD);
    }
    lines.add(key.line());
    write(lines);
  }

  /**
   * Removes the key of that name; returns whether there was one.
   *
   * @throws IOException when that fails
   */
  public boolean remove(String name) throws IOException {
    read(); // a file that cannot be read is not made another one
    List<String> lines = lines();
    boolean found =
        lines.removeIf(
            line -> isOfKey(line) && ApiKey.parse(line).credential().name().equals(name));
    if (found) {
      write(lines);
    }
    return found;
  }

  /** All others are for people. */
  private static boolean isOfKey(String line) {
    return !line.isBlank() && !line.startsWith("#");
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
        Files.setPosixFilePermissions(next, Files.getPosixFilePermissions(path));
      }
      Files.write(next, lines, StandardCharsets.UTF_8, StandardOpenOption.SYNC);
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }
}
