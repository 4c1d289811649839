package io.flowledger.deploy.acknowledged;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flowledger.projector.chain.Sha256;
import io.flowledger.projector.files.SmallFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code acknowledged} of a data folder, and the one before it. It is replaced as a whole,
 * and has a checksum: whatever dies when, one of the two can be read.
 */
public final class AcknowledgedFile {

  private static final Logger LOG = LoggerFactory.getLogger(AcknowledgedFile.class);
  private static final String FIRST_LINE = "flowledger acknowledged 1";
  private static final String CHECKSUM = "sha256 ";

  private final Path folder;
  private final Path current;
  private final Path before;
  private final Path next;

  /**
   * @param folder that it is in
   */
  public AcknowledgedFile(Path folder) {
    this.folder = folder;
    this.current = folder.resolve("acknowledged");
    this.before = folder.resolve("acknowledged.before");
    this.next = folder.resolve("acknowledged.next");
  }

  /**
   * What it says; empty where there is none, or none that is whole.
   *
   * @throws IOException when it cannot be read
   */
  public Optional<Acknowledged> read() throws IOException {
    Optional<Acknowledged> latest = read(current);
    return latest.isPresent() ? latest : read(before);
  }

  private static Optional<Acknowledged> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(file)) {
      LOG.warn("{} is something else where a file has to be, and not gone by", file);
      return Optional.empty();
    }
    String text = SmallFiles.text(file, UTF_8).orElse("");
    int end = text.lastIndexOf(CHECKSUM);
    if (end < 0 || !text.substring(end).equals(checksum(text.substring(0, end)))) {
      LOG.warn("{} is damaged, and not gone by", file);
      return Optional.empty();
    }
    List<String> lines = text.substring(0, end).lines().toList();
    if (!lines.get(0).equals(FIRST_LINE)) {
      LOG.warn("{} is of another version, and not gone by", file);
      return Optional.empty();
    }
    return Optional.of(Acknowledged.fromLines(lines.subList(1, lines.size())));
  }

  /**
   * Moves away what is in its place and no file, so that it can be written; and what is damaged,
   * which would take the place of a good one before it.
   *
   * @param aside folder for it
   * @return their names
   * @throws IOException when one cannot be moved, as what is mounted there
   */
  public List<String> setStrangersAside(Path aside) throws IOException {
    List<String> names = new ArrayList<>();
    for (Path each : List.of(current, before, next)) {
      boolean partOfOne = each.equals(next) && Files.isRegularFile(each);
      if (Files.exists(each) && !partOfOne && read(each).isEmpty()) {
        String name = each.getFileName().toString();
        Files.createDirectories(aside);
        try {
          Files.move(each, aside.resolve(name + "-" + System.currentTimeMillis()));
        } catch (IOException e) {
          throw new IOException(
              "%s is something else where a file has to be, and cannot be moved away (%s)"
                  .formatted(each, e),
              e);
        }
        names.add(name);
      }
    }
    return names;
  }

  /**
   * Replaces it; durable when this returns.
   *
   * @throws IOException when that fails; what was there before can still be read then
   */
  void write(Acknowledged acknowledged) throws IOException {
    String text = FIRST_LINE + "\n" + String.join("\n", acknowledged.toLines()) + "\n";
    try (FileChannel file =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap((text + checksum(text)).getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(true);
    }
    if (Files.exists(current)) {
      move(current, before);
    }
    move(next, current);
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String checksum(String text) {
    byte[] hash = Sha256.create().digest(text.getBytes(UTF_8));
    return CHECKSUM + HexFormat.of().formatHex(hash) + "\n";
  }
}
