package io.flowledger.bench.cluster.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.BenchException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A Flowledger node, in a process of its own, at one address for all of its life. */
public final class Node {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final int ASK_MS = 2000;
  private static final int OK = 200;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PARTITIONS = "flowledger_partitions_answered ";

  private final String name;
  private final URI url;
  private final Path data;
  private final JavaProcess process;

  Node(String name, URI url, Path data, JavaProcess process) {
    this.name = name;
    this.url = url;
    this.data = data;
    this.process = process;
  }

  public String name() {
    return name;
  }

  public URI url() {
    return url;
  }

  /** Starts it; returns at once. */
  public void start() {
    process.start();
  }

  public void kill() {
    process.kill();
  }

  public boolean stop(Duration limit) {
    return process.stop(limit);
  }

  public void pause() {
    process.pause();
  }

  public void resume() {
    process.resume();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Removes all that it has on disk. */
  public void wipe() {
    Bench.delete(data);
  }

  /** Whether it says that it answers everything. */
  public boolean isReady() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) url.resolve("/healthcheck").toURL().openConnection();
      connection.setConnectTimeout(ASK_MS);
      connection.setReadTimeout(ASK_MS);
      int status = connection.getResponseCode();
      connection.disconnect();
      return status == OK;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** How many partitions it says that it answers for; 0 where it says nothing. */
  public int partitions() {
    try {
      return new String(read("/metrics"), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(PARTITIONS))
          .mapToInt(line -> (int) Double.parseDouble(line.substring(PARTITIONS.length())))
          .sum();
    } catch (IOException notYet) {
      return 0;
    }
  }

  /**
   * Whether it says that each partition has an owner and a standby that lacks only a few events.
   *
   * @param mostMissing of what a standby may lack
   */
  public boolean seesWarmStandbys(long mostMissing) {
    JsonNode partitions;
    try {
      partitions = JSON.readTree(read("/cluster")).path("partitions");
    } catch (IOException notYet) {
      return false;
    }
    for (JsonNode partition : partitions) {
      boolean warm = false;
      for (JsonNode standby : partition.path("standbys")) {
        warm |= standby.path("lag").asLong(Long.MAX_VALUE) <= mostMissing;
      }
      if (!warm || !partition.path("owner").isTextual()) {
        return false;
      }
    }
    return !partitions.isEmpty();
  }

  private byte[] read(String path) throws IOException {
    URLConnection connection = url.resolve(path).toURL().openConnection();
    connection.setConnectTimeout(ASK_MS);
    connection.setReadTimeout(ASK_MS);
    try (InputStream in = connection.getInputStream()) {
      return in.readAllBytes();
    }
  }

  /** Waits until it is ready. */
  public void awaitReady(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!isReady()) {
      if (!isAlive()) {
        throw new BenchException("ended before it was ready: " + tail());
      }
      if (System.nanoTime() > deadline) {
        throw new BenchException("not ready in " + limit.toSeconds() + " s: " + tail());
      }
      Bench.sleep(POLL);
    }
  }

  String tail() {
    return process.tail();
  }
}
