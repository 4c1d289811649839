package io.flowledger.deploy.cli.transfer;

import io.flowledger.deploy.cli.CommandFailure;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * Output whose failures to write are {@link CommandFailure}s that name the file, so that whoever
 * copies from a server tells them from failures to read.
 */
final class CheckedOutput extends OutputStream {

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

  static CommandFailure unwritable(Path file, IOException e) {
    return CommandFailure.failed("cannot write %s: %s".formatted(file, e));
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
