package io.flowledger.deploy.cli.transfer;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * What an import reads, as a file of lines or of Avro that can be read again: pipes and devices are
 * kept in a file first, and what is compressed is decompressed, told by its first bytes.
 */
final class ImportSource implements AutoCloseable {

  private static final byte[] AVRO = {'O', 'b', 'j', 1};
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final String GZIP_NAME = ".gz";

  private final List<Path> kept = new ArrayList<>();
  private final Spool spool;
  private Path file;
  private boolean compressed;
  private boolean avro;

  private ImportSource(Path given, Spool spool) {
    this.file = given;
    this.spool = spool;
  }

  /**
   * @param given a file, or what else can be read
   * @param input standard input
   * @throws IOException when it cannot be read
   */
  static ImportSource open(Path given, InputStream input, Spool spool) throws IOException {
    ImportSource source = new ImportSource(given, spool);
    try {
      source.take(given, input);
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
    return source;
  }

  private void take(Path given, InputStream input) throws IOException {
    if (StandardStream.INPUT.is(given)) {
      keep(input);
    } else if (Files.isDirectory(given)) {
      throw new FileNotFoundException("it is a folder");
    } else if (!Files.isRegularFile(given)) {
      try (InputStream in = Files.newInputStream(given)) {
        keep(in);
      }
    }
    compressed = begins(GZIP);
    if (!compressed && given.toString().endsWith(GZIP_NAME)) {
      throw new IOException("it is not compressed as its name says");
    }
    avro = begins(AVRO);
    if (compressed && avro) {
      try (InputStream in = lines()) {
        keep(in); // Avro is read at any place
      }
      compressed = false;
    }
  }

  private void keep(InputStream in) throws IOException {
    file = spool.keep(in);
    kept.add(file);
  }

  private boolean begins(byte[] magic) throws IOException {
    try (InputStream in = lines()) {
      return Arrays.equals(in.readNBytes(magic.length), magic);
    }
  }

  boolean isAvro() {
    return avro;
  }

  /** Whether the file is as it is sent. */
  boolean isPlain() {
    return !compressed && !avro;
  }

  Path file() {
    return file;
  }

  /** Opens it, decompressed: damage and what is behind its end fail, they are never left out. */
  InputStream lines() throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file));
    if (!compressed) {
      return in;
    }
    try {
      return new GzipCompressorInputStream(in, true);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    for (Path temporary : kept) {
      Files.deleteIfExists(temporary);
    }
  }
}
