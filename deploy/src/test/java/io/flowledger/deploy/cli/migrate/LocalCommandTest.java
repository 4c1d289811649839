package io.flowledger.deploy.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.fixture.CommandTest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalCommandTest extends CommandTest {

  @TempDir private Path folder;

  private void write(String file, String json) throws Exception {
    Path path = folder.resolve(".metaflow").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, json);
  }

  /** What is looked at before, to find collisions, is read a second time. */
  @Test
  void whatIsLeftOutOrChangedIsCountedOnce() throws Exception {
    write("F/_meta/_self.json", "{\"ts_epoch\": 1}");
    write("F/1/_meta/_self.json", "{\"ts_epoch\": 2, \"tags\": \"none\"}");
    write("F/1/start/_meta/_self.json", "{\"ts_epoch\": 3}");
    write("F/1/start/1/_meta/_self.json", "{\"ts_epo");
    write("F/1/end/1/_meta/_self.json", "{\"ts_epoch\": 4}");
    String summary = "{\"imported\": 3, \"present\": 0, \"refused\": 0%s}\n";
    server.answer("/flowledger/import?dry_run=true", summary.formatted(", \"given\": {}"));
    server.answer("/flowledger/import?runs=1", summary.formatted(""));
    Ended ended =
        run(
            "migrate",
            "metaflow-local",
            folder.toString(),
            "--state",
            folder.resolve("state.json").toString());
    assertThat(ended.out())
        .isEqualTo(
            "read: 1 flows, 1 runs, 1 steps, 0 tasks, 0 metadata, 0 artifacts\n"
                + "3 events imported, 0 present before; 2 rows refused, 1 changed\n");
    assertThat(ended.err().lines().filter(line -> line.contains("1/start/1"))).hasSize(1);
    assertThat(ended.status()).isEqualTo(1);
  }

  @Test
  void theFolderOfAParentIsNamed() throws Exception {
    write("F/_meta/_self.json", "{\"ts_epoch\": 1}");
    Path below = Files.createDirectories(folder.resolve("notebooks")).resolve(".metaflow");
    assertThat(run("migrate", "metaflow-local", below.toString()))
        .isEqualTo(
            failed(
                1,
                "flowledger: %s is no folder; there is one at %s\n"
                    .formatted(below, folder.resolve(".metaflow"))));
  }
}
