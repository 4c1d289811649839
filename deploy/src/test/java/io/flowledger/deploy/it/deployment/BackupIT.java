package io.flowledger.deploy.it.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy of the data folder that is made while the server takes writes, and a start on it. */
class BackupIT {

  private static final Pattern URL = Pattern.compile("serving (http://\\S+)");
  private static final Path BACKUP = Repository.ROOT.resolve("deploy/backup/flowledger-backup");
  private static final int BEFORE = 200;

  @TempDir private Path folder;

  private ChildProcess serve(Path data) {
    return ChildProcess.jar(Repository.JAR, "serve", "--port=0", "--data=" + data);
  }

  @Test
  void aCopyOfARunningServerHasAllThatWasThereWhenItBegan() throws Exception {
    Tool.of("curl");
    Path data = folder.resolve("data");
    Path copy = folder.resolve("copy");
    AtomicInteger made = new AtomicInteger();
    String before;
    try (ChildProcess server = serve(data)) {
      String url = server.await(URL);
      Api api = new Api(url);
      for (int flow = 0; flow < 4; flow++) {
        api.created("/flows/F" + flow, "{}");
      }
      while (made.get() < BEFORE) {
        run(api, made);
      }
      before = api.get("/flows/F1/runs").body();
      AtomicBoolean done = new AtomicBoolean();
      Thread writer =
          new Thread(
              () -> {
                while (!done.get()) {
                  run(api, made);
                }
              });
      writer.start();
      Tool.of("bash").run(folder, BACKUP.toString(), "" + data, "" + copy, url);
      int during = made.get();
      done.set(true);
      writer.join();
      assertThat(during).as("runs, also while it was copied").isGreaterThan(BEFORE);
    }
    try (ChildProcess restored = serve(copy)) {
      Api api = new Api(restored.await(URL));
      String after = api.get("/flows/F1/runs").body();
      // the newest are first
      assertThat(after).endsWith(before.substring(1));
      api.created("/flows/F1/run", "{}");
      assertThat(api.operate("POST", "/flowledger/audit/verify", "").body())
          .contains("{\"end\": true}")
          .doesNotContain("differs");
      restored.terminate();
      assertThat(restored.exitStatus()).isZero();
    }
    assertThat(copy.resolve("damaged")).doesNotExist();
  }

  private static void run(Api api, AtomicInteger made) {
    api.created("/flows/F" + made.incrementAndGet() % 4 + "/run", "{\"tags\": [\"t\"]}");
  }

  @Test
  void nothingIsLeftOfACopyThatFails() throws Exception {
    Path copy = folder.resolve("copy");
    Files.createDirectories(folder.resolve("data/kafka"));
    var failed =
        Tool.of("bash")
            .attempt(
                folder,
                Map.of(),
                BACKUP.toString(),
                folder.resolve("data").toString(),
                copy.toString(),
                "http://127.0.0.1:1");
    assertThat(failed.successful()).isFalse();
    assertThat(failed.output()).contains("flowledger-backup: no checkpoint");
    assertThat(copy).doesNotExist();
  }

  /** By a curl that only writes down what it is asked for. */
  @Test
  void itAsksTheServerThatCommandsAskAndAsThem() throws Exception {
    Files.createDirectories(folder.resolve("data/kafka"));
    Path told = folder.resolve("told");
    Path curl = Files.createDirectory(folder.resolve("bin")).resolve("curl");
    Files.writeString(curl, "#!/usr/bin/env bash\nprintf '%s\\n' \"$@\" >'" + told + "'\nexit 1\n");
    assertThat(curl.toFile().setExecutable(true)).isTrue();
    Tool.of("bash")
        .attempt(
            folder,
            Map.of(
                "PATH", curl.getParent() + ":" + System.getenv("PATH"),
                "METAFLOW_SERVICE_URL", "https://ledger:8080",
                "METAFLOW_SERVICE_AUTH_KEY", "flk_of_an_admin",
                "FLOWLEDGER_CA_FILE", "ca.pem"),
            BACKUP.toString(),
            "data",
            "copy");
    assertThat(Files.readAllLines(told))
        .containsExactly(
            "-sS",
            "--fail-with-body",
            "-XPOST",
            "-H",
            "Flowledger-Operator: 1",
            "-H",
            "x-api-key: flk_of_an_admin",
            "--cacert",
            "ca.pem",
            "https://ledger:8080/flowledger/checkpoints");
  }
}
