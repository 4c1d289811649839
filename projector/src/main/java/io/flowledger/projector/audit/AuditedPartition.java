package io.flowledger.projector.audit;

import io.flowledger.projector.chain.LogHead;
import io.flowledger.projector.chain.PartitionHead;
import io.flowledger.projector.store.RocksResources;
import io.flowledger.projector.store.RocksTable;
import io.flowledger.projector.store.ViewKind;
import io.flowledger.schemas.topic.PartitionReader;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One partition under audit: its log, which ends where it ended when this was made, and a folder
 * for scratch views. What it reads and compares is seen in the progress, and ends with a {@link
 * CancellationException} when the audit is stopped.
 */
final class AuditedPartition {

  /**
   * What all partitions have in common.
   *
   * @param stopped says whether to give up
   */
  record Setting(
      AuditedLog log,
      ViewKind kind,
      RocksResources resources,
      AuditProgress progress,
      BooleanSupplier stopped) {}

  private final Setting setting;
  private final int number;
  private final Path scratch;
  private final long start;
  private final long end;
  private long expected;

  /**
   * @param scratch folder that is there; deleted by the caller
   * @param expected records that the progress knows of already
   */
  AuditedPartition(Setting setting, int number, Path scratch, long expected) {
    this.setting = setting;
    this.number = number;
    this.scratch = scratch;
    this.expected = expected;
    this.start = setting.log().start(number);
    this.end = setting.log().end(number);
  }

  Setting setting() {
    return setting;
  }

  /** First offset of the log that is there. */
  long start() {
    return start;
  }

  /** Offset after the last record of the log. */
  long end() {
    return end;
  }

  PartitionHead head(LogHead head) {
    return new PartitionHead(setting.log().topic(), number, head);
  }

  Finding finding(String what) {
    return new Finding(setting.log().topic() + "-" + number, what);
  }

  Finding finding(long offset, String what) {
    return new Finding(setting.log().topic() + "-" + number + "@" + offset, what);
  }

  /**
   * Visits the records up to an offset, as a view is given them.
   *
   * @throws AuditedLog.DamagedException when a record cannot be read
   */
  void read(long last, PartitionReader.Visitor visitor) {
    long to = Math.min(end, last + 1);
    setting.progress().expectRecords(to - expected);
    expected = 0;
    setting
        .log()
        .read(
            number,
            to,
            record -> {
              checkStopped();
              setting.progress().records(1);
              visitor.visit(record);
            });
  }

  /**
   * @param digest see {@link ScratchView}, as for {@code unknown}
   */
  ScratchView scratchView(String name, @Nullable RowDigest digest, UnknownSchemas unknown) {
    return new ScratchView(
        setting.kind().in(number),
        scratch.resolve(name).toFile(),
        setting.resources(),
        digest,
        unknown);
  }

  /** This view will be compared. */
  void expect(RocksTable view) {
    setting.progress().expectRows(view.estimatedRows());
  }

  /**
   * @param most differences to look for
   */
  RowComparison comparison(int most) {
    return new RowComparison(
        most,
        compared -> {
          checkStopped();
          setting.progress().rows(compared);
        });
  }

  private void checkStopped() {
    if (setting.stopped().getAsBoolean()) {
      throw new CancellationException("stopped");
    }
  }
}
