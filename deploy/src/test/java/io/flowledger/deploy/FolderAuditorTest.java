package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.server.DataFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders that an audit is pointed at by mistake. */
final class FolderAuditorTest {

  @TempDir private Path folder;

  private record Ended(int status, String out, String err) {}

  private static Ended failed(String message) {
    return new Ended(1, "", "flowledger: " + message + "\n");
  }

  private Ended audit(String command, String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] args =
        Stream.concat(Stream.of("audit", command, "--data", folder.toString()), Stream.of(more))
            .toArray(String[]::new);
    int status = Main.run(args, Map.of(), new PrintWriter(out, true), new PrintWriter(err, true));
    return new Ended(status, out.toString(), err.toString());
  }

  @Test
  void aFolderOfSomethingElseIsRefusedAndLeftAsItIs() throws IOException {
    Path notes = folder.resolve("audit").resolve("notes.txt");
    Files.createDirectories(notes.getParent());
    Files.writeString(notes, "ours");

    Ended refused = failed(folder + " is no data folder of a server");
    assertThat(audit("head")).isEqualTo(refused);
    assertThat(audit("verify")).isEqualTo(refused);

    assertThat(notes).hasContent("ours");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(notes.getParent());
    }
  }

  @Test
  void headsOfViewsThatAreNotThereAreNotTold() throws IOException {
    Files.createFile(folder.resolve("instance-id"));
    assertThat(audit("head")).isEqualTo(failed(folder + " has no views of flowledger.events"));
    assertThat(audit("head", "--topic-prefix", "other."))
        .isEqualTo(failed(folder + " has no views of other.events"));
  }

  @Test
  void whatAKilledAuditHasLeftIsDeletedAndNothingElse() throws IOException {
    Files.createDirectories(folder.resolve("flowledger.audit").resolve("0"));
    Files.createDirectories(folder.resolve("audit"));
    DataFolder.take(folder).close();
    assertThat(folder.resolve("flowledger.audit")).doesNotExist();
    assertThat(folder.resolve("audit")).exists();
  }
}
