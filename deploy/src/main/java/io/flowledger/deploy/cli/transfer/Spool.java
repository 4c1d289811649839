package io.flowledger.deploy.cli.transfer;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Faults;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Keeps in files of a folder what can be read only once, so that it can be read again. As much as
 * there is room for: some of the disk stays free, since others live on it.
 */
final class Spool {

  private static final long RESERVE_BYTES = 16 << 20;
  private static final int PIECE_BYTES = 1 << 16;

  private final Path folder;
  private final LongSupplier room;

  /**
   * @param room bytes that are free there; 0 where that is not known
   */
  Spool(Path folder, LongSupplier room) {
    this.folder = folder;
    this.room = room;
  }

  static Spool in(Path folder) {
    return new Spool(folder, () -> folder.toFile().getUsableSpace());
  }

  /**
   * Reads to the end.
   *
   * @return a file that only this user can read; whoever asked for it deletes it, at the latest
   *     when the process ends
   * @throws IOException when it cannot be read
   * @throws CommandFailure when it cannot be kept; there is no file then
   */
  Path keep(InputStream in) throws IOException {
    Path file = create();
    boolean whole = false;
    try (OutputStream out = new CheckedOutput(Files.newOutputStream(file), file)) {
      byte[] piece = new byte[PIECE_BYTES];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        long free = room.getAsLong();
        if (free > 0 && free < RESERVE_BYTES + read) {
          throw CommandFailure.failed(
              "there is no room in %s for what is read; set TMPDIR to a folder that has some"
                  .formatted(folder));
        }
        out.write(piece, 0, read);
      }
      whole = true;
    } finally {
      if (!whole) {
        Files.deleteIfExists(file);
      }
    }
    return file;
  }

  private Path create() {
    try {
      Path file = Files.createTempFile(folder, "flowledger-", ".import");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw CommandFailure.failed("cannot write in %s: %s".formatted(folder, Faults.why(e)));
    }
  }
}
