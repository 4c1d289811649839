package io.flowledger.deploy.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.fixture.CommandTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest extends CommandTest {

  private static final String LINES =
      """
      {"position": "0@0", "type": "FlowRegistered", "event": {"flow_id": "F"}}
      {"position": "0@1", "type": null, "verdict": "rejected", "reason": "r", "event": null}
      {"position": "0@2", "type": "RunRegistered", "event": {"flow_id": "F"}}
      {"position": null, "type": "Heartbeat", "event": {"flow_id": "F"}}
      """;
  private static final String UNREADABLE =
      "flowledger: 1 records of the log are no events that can be read; the first one is at 0@1\n";

  @TempDir private Path folder;

  @Test
  void everythingToStandardOutput() {
    server.answer("/events?heartbeats=true", LINES);
    assertThat(run("export")).isEqualTo(new Ended(0, LINES, UNREADABLE));
  }

  /** As where the disk is full: nobody is to take the part that is there for the whole. */
  @Test
  void outputThatCannotBeWrittenIsAFailure() {
    Writer full =
        new Writer() {
          @Override
          public void write(char[] text, int offset, int length) throws IOException {
            throw new IOException("No space left on device");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}

          @Override
          public String toString() {
            return "";
          }
        };
    server.answer("/events?heartbeats=true", LINES);
    assertThat(run(full, "export"))
        .isEqualTo(failed(1, "flowledger: cannot write standard output\n"));
  }

  @Test
  void aFlowOfATimeToAFile() throws IOException {
    server.answer("/events?heartbeats=true&flow=F&from=1795285800000&to=0%4012", LINES);
    Path file = folder.resolve("f.ndjson");
    assertThat(run("export", "--flow", "F", "--from", "2d", "--to", "0@12", "-o", file.toString()))
        .isEqualTo(new Ended(0, "2 events exported to " + file + "\n", UNREADABLE));
    assertThat(file).hasContent(LINES);
    assertThat(files()).isEqualTo(1);
  }

  @Test
  void aNameOfGzipIsCompressed() throws IOException {
    server.answer("/events?heartbeats=true", LINES);
    Path file = folder.resolve("f.ndjson.gz");
    assertThat(run("export", "-o", file.toString()))
        .isEqualTo(new Ended(0, "2 events exported to " + file + "\n", UNREADABLE));
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      assertThat(in).hasBinaryContent(LINES.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(files()).isEqualTo(1);
  }

  @Test
  void standardOutputHasNames() {
    server.answer("/events?heartbeats=true", LINES);
    for (String name : List.of("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")) {
      assertThat(run("export", "-o", name)).isEqualTo(new Ended(0, LINES, UNREADABLE));
    }
  }

  /** A rename would put a file in the place of a device, and one in the place of a link. */
  @Test
  void whatIsThereStaysWhatItIs() throws IOException {
    server.answer("/events?heartbeats=true", LINES);
    assertThat(run("export", "-o", "/dev/null")).isEqualTo(new Ended(0, "", UNREADABLE));
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();

    Path file = Files.createFile(folder.resolve("f"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertThat(run("export", "-o", link.toString()).status()).isZero();
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent(LINES);

    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThat(run("export", "-o", empty.toString()))
        .isEqualTo(failed(1, "flowledger: cannot write " + empty + ": it is a folder\n"));
    assertThat(empty).isDirectory();
  }

  @Test
  void aFailureLeavesNoFile() throws IOException {
    Path file = folder.resolve("f.ndjson");
    assertThat(run("export", "--flow", "None", "-o", file.toString()).status()).isEqualTo(3);
    server.answer("/events?heartbeats=true", "no Avro");
    assertThat(run("export", "--format", "avro", "-o", file.toString()))
        .isEqualTo(failed(1, "flowledger: the answer of " + server.url() + " was cut off\n"));
    assertThat(files()).isZero();
    assertThat(run("export", "-o", folder.resolve("none/f").toString()).status()).isEqualTo(1);
  }

  @Test
  void bytesAreNotForTerminals() {
    terminal = true;
    assertThat(run("export", "--format", "avro"))
        .isEqualTo(failed(2, "an Avro file is nothing for a terminal, name a file with -o FILE\n"));
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }
}
