package io.flowledger.http.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.flowledger.http.telemetry.EndedRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogTest {

  private static final int ROOM = 4096;

  @TempDir private Path folder;

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  private static EndedRequest request(String target) {
    return AccessLogFormatTest.request(target, null);
  }

  private AccessLog open(Path file) throws IOException {
    return AccessLog.open(
        file.toString(), AccessLogFormat.TEXT, OutputStream.nullOutputStream(), metrics);
  }

  private double dropped(String reason) {
    return metrics.get("flowledger.access.log.dropped").tag("reason", reason).counter().count();
  }

  private static List<String> targets(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(line -> line.split(" ")[5]).toList();
  }

  @Test
  void everyRequestIsALineInOrderAndWrittenByTheEnd() throws IOException {
    Path file = folder.resolve("access.log");
    List<String> expected = new ArrayList<>();
    try (AccessLog log = open(file)) {
      for (int i = 0; i < 2000; i++) {
        expected.add("/" + i);
        log.ended(request("/" + i));
      }
    }
    assertThat(targets(file)).isEqualTo(expected);
    assertThat(dropped("queue")).isZero();
  }

  @Test
  void whatIsThereIsAppendedTo() throws IOException {
    Path file = Files.writeString(folder.resolve("access.log"), "before\n");
    try (AccessLog log = open(file)) {
      log.ended(request("/"));
    }
    assertThat(Files.readAllLines(file)).hasSize(2).startsWith("before");
  }

  @Test
  void aFileThatWasMovedAwayIsBegunAnew() throws IOException {
    Path file = folder.resolve("access.log");
    Path moved = folder.resolve("access.log.1");
    try (AccessLog log = open(file)) {
      log.ended(request("/before"));
      await().until(() -> Files.size(file) > 0);
      Files.move(file, moved);
      log.ended(request("/after"));
      await().until(() -> Files.exists(file) && Files.size(file) > 0);
      Files.delete(file);
      log.ended(request("/again"));
    }
    assertThat(targets(moved)).containsExactly("/before");
    assertThat(targets(file)).containsExactly("/again");
  }

  @Test
  void standardOutputIsWrittenToAndNotClosed() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (AccessLog log = AccessLog.open("-", AccessLogFormat.JSON, out, metrics)) {
      log.ended(request("/"));
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("{\"time\": ").endsWith("}\n");
  }

  @Test
  void whatCannotBeOpenedIsSaidAtTheStart() {
    assertThatThrownBy(() -> open(folder.resolve("none/access.log")))
        .isInstanceOf(IOException.class);
  }

  /** A file that does what a test says. */
  private static final class Faulty extends AccessLogFile {
    final List<String> written = Collections.synchronizedList(new ArrayList<>());
    final CountDownLatch writing = new CountDownLatch(1);
    final CountDownLatch mayGoOn = new CountDownLatch(1);
    volatile boolean full;

    @Override
    void write(CharSequence lines) throws IOException {
      writing.countDown();
      if (full) {
        throw new IOException("No space left on device");
      }
      try {
        mayGoOn.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      lines.toString().lines().forEach(written::add);
    }

    @Override
    public void close() {}
  }

  @Test
  void aSlowFileKeepsNobodyWaiting() throws Exception {
    Faulty file = new Faulty();
    try (AccessLog log = AccessLog.of(file, AccessLogFormat.TEXT, metrics)) {
      log.ended(request("/first"));
      file.writing.await();
      for (int i = 0; i < ROOM + 7; i++) {
        log.ended(request("/" + i));
      }
      assertThat(dropped("queue")).isEqualTo(7);
      file.mayGoOn.countDown();
    }
    assertThat(file.written).hasSize(1 + ROOM);
  }

  @Test
  void aFullDiskIsCountedAndEnds() throws Exception {
    Faulty file = new Faulty();
    file.mayGoOn.countDown();
    file.full = true;
    try (AccessLog log = AccessLog.of(file, AccessLogFormat.TEXT, metrics)) {
      log.ended(request("/lost"));
      await().until(() -> dropped("file") == 1);
      file.full = false;
      log.ended(request("/there"));
    }
    assertThat(file.written).hasSize(1);
    assertThat(dropped("file")).isEqualTo(1);
  }
}
