package io.flowledger.deploy.access;

import io.flowledger.http.access.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those whom the file knows, which is looked at every second: one who is added or revoked is so by
 * then. Where the file cannot be read any more, those who were known stay, and the log says so.
 */
public final class Holders implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Holders.class);
  private static final long LOOK_EVERY_MS = 1000;

  /** What changes when a file does. */
  private record Seen(long modified, long size, Object key) {}

  /** Somebody who is called so by somebody who is trusted. */
  record Vouched(Proof.Voucher by, String name) {}

  /**
   * What a file says. Another file, another one of these.
   *
   * @param slowest of the passwords: no name takes longer to be refused
   */
  record Known(
      Map<String, Credential> byKeyHash,
      Map<String, Holder> byUser,
      Map<Vouched, Credential> vouched,
      Proof.Password slowest) {

    static final Known NOBODY = of(List.of());

    static Known of(List<Holder> holders) {
      Map<String, Credential> byKeyHash = new HashMap<>();
      Map<String, Holder> byUser = new HashMap<>();
      Map<Vouched, Credential> vouched = new HashMap<>();
      for (Holder holder : holders) {
        Credential credential = holder.credential();
        if (holder.proof() instanceof Proof.Key key) {
          byKeyHash.put(key.hash(), credential);
        } else if (holder.proof() instanceof Proof.Password) {
          byUser.put(credential.name(), holder);
        } else if (holder.proof() instanceof Proof.Vouched by) {
          vouched.put(new Vouched(by.voucher(), credential.name()), credential);
        }
      }
      return new Known(
          Map.copyOf(byKeyHash),
          Map.copyOf(byUser),
          Map.copyOf(vouched),
          slowestOf(byUser.values()));
    }
  }

  private static Proof.Password slowestOf(Collection<Holder> holders) {
    return holders.stream()
        .map(Holder::proof)
        .filter(Proof.Password.class::isInstance)
        .map(Proof.Password.class::cast)
        .max(Comparator.comparingInt(Proof.Password::cost))
        .orElse(Proof.Password.OF_NOBODY);
  }

  private final Optional<KeyFile> file;
  private final Optional<ScheduledExecutorService> clock;
  private volatile Known known;
  private Seen seen;
  private boolean unreadable;

  private Holders(Optional<KeyFile> file, Seen seen, Known known) {
    this.file = file;
    this.seen = seen;
    this.known = known;
    this.clock =
        file.map(
            watched ->
                Executors.newSingleThreadScheduledExecutor(
                    task -> {
                      Thread thread = new Thread(task, "keys");
                      thread.setDaemon(true);
                      return thread;
                    }));
  }

  /** Nobody, for ever. */
  public static Holders nobody() {
    return new Holders(Optional.empty(), new Seen(0, 0, ""), Known.NOBODY);
  }

  /**
   * Reads the file, and watches it.
   *
   * @throws IOException when it cannot be read
   */
  public static Holders in(KeyFile file) throws IOException {
    Seen seen = look(file);
    Holders holders = new Holders(Optional.of(file), seen, Known.of(file.read()));
    holders.clock.ifPresent(
        clock ->
            clock.scheduleWithFixedDelay(
                () -> holders.lookAgain(file),
                LOOK_EVERY_MS,
                LOOK_EVERY_MS,
                TimeUnit.MILLISECONDS));
    return holders;
  }

  /** What the file says now. */
  Known known() {
    return known;
  }

  private static Seen look(KeyFile file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file.path(), BasicFileAttributes.class);
    return new Seen(
        attributes.lastModifiedTime().toMillis(),
        attributes.size(),
        Objects.requireNonNullElse(attributes.fileKey(), "")); // not every system has one
  }

  private void lookAgain(KeyFile watched) {
    try {
      Seen now = look(watched);
      if (!now.equals(seen)) {
        List<Holder> holders = watched.read();
        seen = now;
        known = Known.of(holders);
        LOG.info("{} has {} lines now", watched.path(), holders.size());
      }
      unreadable = false;
    } catch (IOException | RuntimeException e) {
      if (!unreadable) {
        unreadable = true;
        LOG.error("cannot read {}: {}; those who were known stay", watched.path(), e.toString());
      }
    }
  }

  @Override
  public void close() {
    clock.ifPresent(ScheduledExecutorService::shutdownNow);
  }
}
