package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.ingest.log.Writability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiskReserveTest {

  private static final long MIB = 1 << 20;

  private final Writability writability = new Writability(() -> 0);
  private long free = 100 * MIB;
  private boolean told = true;

  private final DiskReserve reserve = reserve(64 * MIB);

  private DiskReserve reserve(long bytes) {
    return new DiskReserve(Path.of("/data"), bytes, this::free, writability);
  }

  private long free() throws IOException {
    if (!told) {
      throw new IOException("stale handle");
    }
    return free;
  }

  private Optional<String> refusal(long now) {
    free = now;
    reserve.check();
    return writability.refusal();
  }

  @Test
  void writesAreRefusedBelowTheReserveUntilThereIsMoreThanThat() {
    assertThat(refusal(64 * MIB)).isEmpty();
    assertThat(refusal(64 * MIB - 1))
        .contains(
            "the disk is nearly full: 63 MiB are free at /data, less than --min-free-disk (64"
                + " MiB)");
    assertThat(refusal(2 * MIB).orElse("")).contains(" 2 MiB are free ");
    assertThat(refusal(67 * MIB)).isPresent();
    assertThat(refusal(68 * MIB)).isEmpty();
    assertThat(refusal(65 * MIB)).isEmpty();
  }

  @Test
  void whereNothingIsToldNothingChanges() {
    assertThat(refusal(MIB)).isPresent();
    told = false;
    assertThat(refusal(100 * MIB)).isPresent();
    told = true;
    assertThat(refusal(100 * MIB)).isEmpty();
    told = false;
    assertThat(refusal(0)).isEmpty();
  }

  @Test
  void withoutAReserveWritesAreAlwaysTaken() {
    free = 0;
    reserve(0).check();
    assertThat(writability.refusal()).isEmpty();
  }
}
