package io.flowledger.deploy.cli.migrate.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.fixture.CommandTest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A local folder with a task that was tried twice, held against what a server answers. */
final class VerificationTest extends CommandTest {

  private static final String RUN = "/flows/F/runs/1";
  private static final String TASK = RUN + "/steps/start/tasks/1";

  @TempDir private Path folder;

  @BeforeEach
  void fill() throws Exception {
    write("F/_meta/_self.json", "{\"ts_epoch\": 1}");
    write("F/1/_meta/_self.json", "{\"ts_epoch\": 2}");
    write("F/1/start/_meta/_self.json", "{\"ts_epoch\": 3}");
    write("F/1/start/1/_meta/_self.json", "{\"ts_epoch\": 4}");
    for (int attempt = 0; attempt < 2; attempt++) {
      write("F/1/start/1/_meta/%d_artifact_x.json".formatted(attempt), artifact(attempt, "", "a5"));
    }
    server.answer("/flows/F", "{\"flow_id\": \"F\", \"ts_epoch\": 1}");
    server.answer(RUN, "{\"run_number\": 1, \"ts_epoch\": 2}");
    server.answer(RUN + "/steps", "[{\"step_name\": \"start\", \"ts_epoch\": 3}]");
    server.answer(
        RUN + "/steps/start/tasks",
        "[{\"step_name\": \"start\", \"task_id\": \"1\", \"ts_epoch\": 4}]");
    server.answer(RUN + "/metadata", "[]");
    server.answer(RUN + "/artifacts", here(1, "a5"));
  }

  private void write(String file, String json) throws Exception {
    Path path = folder.resolve(".metaflow").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, json);
  }

  private static String artifact(int attempt, String more, String sha) {
    return ("{%s\"name\": \"x\", \"attempt_id\": %d, \"location\": \"l\", \"ds_type\": \"d\","
            + " \"sha\": \"%s\", \"ts_epoch\": %d}")
        .formatted(more, attempt, sha, 5 + attempt);
  }

  private static String here(int attempt, String sha) {
    return "[" + artifact(attempt, "\"step_name\": \"start\", \"task_id\": \"1\", ", sha) + "]";
  }

  private Ended verify() {
    return run("migrate", "metaflow-local", folder.toString(), "--verify-only");
  }

  @Test
  void whatIsEqual() {
    server.answer(TASK + "/attempt/0/artifacts", here(0, "a5"));
    Ended ended = verify();
    assertThat(ended.out()).matches("6 rows compared in .*: both sides are equal\n");
    assertThat(ended.status()).isZero();
  }

  @Test
  void aFlowThatWasHereBeforeStaysWhatItIs() throws Exception {
    server.answer(TASK + "/attempt/0/artifacts", here(0, "a5"));
    write("F/_meta/_self.json", "{\"ts_epoch\": 9, \"user_name\": \"x\"}");
    Ended ended = verify();
    assertThat(ended.err()).contains("flow F was registered here on its own, and stays as it was");
    assertThat(ended.out()).contains("both sides are equal");
    assertThat(ended.status()).isZero();
  }

  @Test
  void aFlowWithOtherTags() throws Exception {
    server.answer(TASK + "/attempt/0/artifacts", here(0, "a5"));
    write("F/_meta/_self.json", "{\"ts_epoch\": 1, \"tags\": [\"t\"]}");
    assertThat(verify().status()).isEqualTo(9);
  }

  /** Where something differs, what is there is read once more. */
  @Test
  void whatCannotBeReadIsToldOnceThoughSomethingDiffers() throws Exception {
    server.answer(TASK + "/attempt/0/artifacts", here(0, "b6"));
    write("F/1/start/1/_meta/sysmeta_a_1.json", "{\"ts_epo");
    Ended ended = verify();
    assertThat(ended.err().lines().filter(line -> line.contains("sysmeta_a_1.json"))).hasSize(1);
    assertThat(ended.status()).isEqualTo(9);
  }

  @Test
  void anAttemptThatIsNotTheLatest() {
    server.answer(TASK + "/attempt/0/artifacts", here(0, "b6"));
    String row = "step_name=start; task_id=1; name=x; attempt_id=0; location=l; ds_type=d; sha=%s";
    String rest = "; type=null; content_type=null; user_name=null; ts_epoch=5";
    Ended ended = verify();
    assertThat(ended.out().lines().findFirst().orElse(""))
        .contains(": there " + row.formatted("a5") + rest + ", here " + row.formatted("b6") + rest);
    assertThat(ended.out()).contains(": 1 differences");
    assertThat(ended.status()).isEqualTo(9);
  }

  /** It is not here either, so nothing differs; but it is no move of everything. */
  @Test
  void whatCannotBeReadIsTold() throws Exception {
    server.answer(TASK + "/attempt/0/artifacts", here(0, "a5"));
    write("F/1/start/1/_meta/sysmeta_a_1.json", "{\"ts_epo");
    Ended ended = verify();
    assertThat(ended.out())
        .matches(
            "6 rows compared in .*: both sides are equal, but for 1 rows that cannot be moved\n");
    assertThat(ended.err()).endsWith("sysmeta_a_1.json: it is no JSON\n");
    assertThat(ended.status()).isEqualTo(1);
  }
}
