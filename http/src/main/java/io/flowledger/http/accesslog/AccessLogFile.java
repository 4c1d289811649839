package io.flowledger.http.accesslog;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where lines go. A file is appended to; when it has been moved away or removed, as logrotate does
 * it, the next lines go to a new one of its name. One thread uses it.
 */
abstract class AccessLogFile implements AutoCloseable {

  /** Names standard output. */
  static final String STANDARD_OUTPUT = "-";

  /**
   * Writes lines, all of them or, where it fails, an unknown part.
   *
   * @throws IOException when they cannot be written now; the next may be
   */
  abstract void write(CharSequence lines) throws IOException;

  @Override
  public abstract void close() throws IOException;

  /**
   * @throws IOException when it cannot be written
   */
  static AccessLogFile open(String name, OutputStream standardOutput) throws IOException {
    return name.equals(STANDARD_OUTPUT)
        ? new Stream(standardOutput)
        : new Rotated(Path.of(name).toAbsolutePath());
  }

  private static byte[] bytes(CharSequence lines) {
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static final class Stream extends AccessLogFile {
    private final OutputStream out;

    Stream(OutputStream out) {
      this.out = out;
    }

    @Override
    void write(CharSequence lines) throws IOException {
      out.write(bytes(lines));
      out.flush();
    }

    @Override
    public void close() {
      // It is not ours.
    }
  }

  private static final class Rotated extends AccessLogFile {
    private final Path path;
    private @Nullable FileChannel channel;
    private @Nullable Object key; // of the file that is open
    private boolean torn; // the last line may have no end

    Rotated(Path path) throws IOException {
      this.path = path;
      open();
    }

    @Override
    void write(CharSequence lines) throws IOException {
      FileChannel out = current();
      // What a full disk has cut off stays a line of its own.
      ByteBuffer bytes = ByteBuffer.wrap(bytes(torn ? "\n" + lines : lines));
      torn = true;
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      torn = false;
    }

    private FileChannel current() throws IOException {
      FileChannel open = channel;
      if (open != null && isStillThere()) {
        return open;
      }
      close();
      return open();
    }

    private boolean isStillThere() {
      try {
        return Objects.equals(key, Files.readAttributes(path, BasicFileAttributes.class).fileKey());
      } catch (IOException gone) {
        return false;
      }
    }

    private FileChannel open() throws IOException {
      FileChannel opened =
          FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      channel = opened;
      key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
      return opened;
    }

    @Override
    public void close() throws IOException {
      FileChannel open = channel;
      channel = null;
      if (open != null) {
        open.close();
      }
    }
  }
}
