package io.flowledger.deploy.cli.transfer;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Faults;
import io.flowledger.deploy.cli.StandardOutput;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * Output whose failures to write are {@link CommandFailure}s that name the file, so that whoever
 * copies from a server tells them from failures to read. A pipe that its reader has closed is none.
 */
final class CheckedOutput extends OutputStream {

  private static final String GZIP = ".gz";
  private static final int BUFFER_BYTES = 1 << 16;

  private final OutputStream to;
  private final Path file;

  /**
   * @param to is written in large pieces, and closed with this
   * @param file as users know it
   */
  CheckedOutput(OutputStream to, Path file) {
    this.to = new BufferedOutputStream(to, BUFFER_BYTES);
    this.file = file;
  }

  /** The standard output, for bytes: it must be flushed. */
  static CheckedOutput standard() {
    return new CheckedOutput(new FileOutputStream(FileDescriptor.out), Path.of("standard output"));
  }

  /**
   * Output to a file, compressed where its name asks for that.
   *
   * @param given as the user knows it
   * @param to where it is written
   */
  static CheckedOutput of(Path given, Path to) {
    try {
      OutputStream out = Files.newOutputStream(to);
      return new CheckedOutput(
          given.toString().endsWith(GZIP) ? new GZIPOutputStream(out, BUFFER_BYTES) : out, given);
    } catch (IOException e) {
      throw unwritable(given, e);
    }
  }

  static CommandFailure unwritable(Path file, IOException e) {
    return StandardOutput.isClosedPipe(e)
        ? CommandFailure.unread()
        : CommandFailure.failed("cannot write %s: %s".formatted(file, Faults.why(e)));
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try {
      to.write(bytes, offset, length);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  @Override
  public void flush() {
    try {
      to.flush();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  @Override
  public void close() {
    try {
      to.close();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }
}
