package io.flowledger.ingest.imports;

import io.flowledger.http.Gzip;
import io.flowledger.http.refusal.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The lines of an import, as they were sent. Those that are compressed are never on the disk, or in
 * memory, as a whole: they are inflated each time they are read. So that a small file keeps no
 * server busy for hours, they may be so many times its size only.
 *
 * @param gzip whether they are compressed
 */
record ImportFile(Path path, boolean gzip) {

  /** Events have identifiers that do not compress: exports hardly get to a twentieth. */
  static final int MOST_TIMES = 250;

  static final long ALWAYS_TAKEN = 64 << 20;

  /**
   * Opens it; what it inflates is refused where it is read.
   *
   * @throws RefusedException while it is read: 400 when it cannot be inflated to its end, 413 when
   *     that is too much
   */
  InputStream open() throws IOException {
    InputStream in = Files.newInputStream(path);
    long size = Files.size(path);
    return gzip && size > 0 ? Gzip.inflating(in, Math.max(ALWAYS_TAKEN, MOST_TIMES * size)) : in;
  }
}
