package io.flowledger.deploy.server;

import io.flowledger.ingest.log.Writability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reserve of the disk of an embedded log, which Kafka and RocksDB do not survive when it is full:
 * before that, writes are refused, and they are taken again when there is room. Between the two is
 * a margin, so that they do not alternate.
 */
final class DiskReserve {

  private static final int MARGIN = 16;
  private static final long MIB = 1 << 20;

  /** Tells how many bytes are free. */
  interface Room {
    long bytes() throws IOException;
  }

  private final Path folder;
  private final long reserve;
  private final Room room;
  private final Writability writability;

  /**
   * @param folder on the disk
   * @param reserve bytes that have to be free; 0 for none
   */
  DiskReserve(Path folder, long reserve, Room room, Writability writability) {
    this.folder = folder;
    this.reserve = reserve;
    this.room = room;
    this.writability = writability;
  }

  static DiskReserve of(Path folder, long reserve, Writability writability) {
    return new DiskReserve(
        folder, reserve, () -> Files.getFileStore(folder).getUsableSpace(), writability);
  }

  /** Looks how much is free; where that cannot be told, nothing changes. */
  void check() {
    if (reserve == 0) {
      return;
    }
    long free;
    try {
      free = room.bytes();
    } catch (IOException e) {
      return;
    }
    if (free < reserve) {
      writability.refuse(
          "the disk is nearly full: %d MiB are free at %s, less than --min-free-disk (%d MiB)"
              .formatted(free / MIB, folder, reserve / MIB));
    } else if (free - reserve >= reserve / MARGIN) {
      writability.admit();
    }
  }
}
