package io.flowledger.projector.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads files that are small by their nature. One that is too long for it is damaged, and what is
 * no file is not opened: a pipe would be waited for.
 */
public final class SmallFiles {

  /** No such file has more bytes. */
  public static final int MOST_BYTES = 16 << 20;

  private SmallFiles() {}

  /** Whether it is a file, and none that is too long. */
  public static boolean isOne(Path file) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES;
  }

  /**
   * What is in it; empty where there is none, or something else, or one that is too long.
   *
   * @throws IOException when it cannot be read
   */
  public static Optional<byte[]> bytes(Path file) throws IOException {
    if (!isOne(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      return bytes.length > MOST_BYTES ? Optional.empty() : Optional.of(bytes);
    }
  }

  /** The same as text: what is malformed in it is replaced. */
  public static Optional<String> text(Path file, Charset charset) throws IOException {
    return bytes(file).map(bytes -> new String(bytes, charset));
  }
}
