package io.flowledger.deploy.access;

import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a file, which is looked at every second: one that is added or revoked is so by then.
 * Where the file cannot be read any more, those that were known stay, and the log says so.
 */
public final class ApiKeys implements Credentials, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ApiKeys.class);
  private static final long LOOK_EVERY_MS = 1000;

  /** What changes when a file does. */
  private record Seen(long modified, long size, Object key) {}

  private final KeyFile file;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "keys");
            thread.setDaemon(true);
            return thread;
          });
  private volatile Map<String, Credential> byHash;
  private Seen seen;
  private boolean unreadable;

  private ApiKeys(KeyFile file, Seen seen, Map<String, Credential> byHash) {
    this.file = file;
    this.seen = seen;
    this.byHash = byHash;
  }

  /**
   * Reads the file, and watches it.
   *
   * @throws IOException when it cannot be read
   */
  public static ApiKeys open(KeyFile file) throws IOException {
    Seen seen = look(file);
    ApiKeys keys = new ApiKeys(file, seen, byHash(file.read()));
    keys.clock.scheduleWithFixedDelay(
        keys::lookAgain, LOOK_EVERY_MS, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
    return keys;
  }

  /** By hashes: how long that takes says nothing about keys, of which they are none. */
  @Override
  public Optional<Credential> of(String secret) {
    return Optional.ofNullable(byHash.get(ApiKey.hash(secret)));
  }

  private static Map<String, Credential> byHash(List<ApiKey> keys) {
    return keys.stream().collect(Collectors.toUnmodifiableMap(ApiKey::hash, ApiKey::credential));
  }

  private static Seen look(KeyFile file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file.path(), BasicFileAttributes.class);
    return new Seen(
        attributes.lastModifiedTime().toMillis(),
        attributes.size(),
        Objects.requireNonNullElse(attributes.fileKey(), "")); // not every system has one
  }

  private void lookAgain() {
    try {
      Seen now = look(file);
      if (!now.equals(seen)) {
        List<ApiKey> keys = file.read();
        seen = now;
        byHash = byHash(keys);
        LOG.info("{} has {} keys now", file.path(), keys.size());
      }
      unreadable = false;
    } catch (IOException | RuntimeException e) {
      if (!unreadable) {
        unreadable = true;
        LOG.error("cannot read {}: {}; the keys that were known stay", file.path(), e.toString());
      }
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
