package io.flowledger.projector.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.row.ArtifactScope;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.Facet;
import org.junit.jupiter.api.Test;

class KeyTextTest {

  private static final Cursor.ByNumber PLACE = new Cursor.ByNumber(170, 5);
  private static final Cursor.ByName NAMED = new Cursor.ByName(170, "größe%");

  @Test
  void everyKindIsSaidInWords() {
    says(Keys.flow("F"), "row f (flow F)");
    says(Keys.flowInList(NAMED), "row F (list of flows: at 170 größe%)");
    says(Keys.run(3), "row r (run 3)");
    says(Keys.runByName("F", "r-x"), "row n (flow F: number of run r-x)");
    says(Keys.runInList("F", PLACE), "row R (list of runs of flow F: at 170 run 5)");
    says(Keys.progress(3), "row p (progress of run 3)");
    says(Keys.step(3, "start"), "row s (run 3: step start)");
    says(Keys.stepInList(3, NAMED), "row S (list of steps of run 3: at 170 größe%)");
    says(Keys.task(5), "row t (task 5)");
    says(Keys.taskByName(3, "s", "n"), "row u (step 3/s: number of task n)");
    says(Keys.taskInList(3, "s", PLACE), "row T (list of tasks of step 3/s: at 170 task 5)");
    says(Keys.metadata(3, "s", 5, PLACE), "row m (metadata of step 3/s, task 5: at 170 id 5)");
    says(Keys.metadataInRun(3, PLACE), "row M (list of metadata of run 3: at 170 id 5)");
    says(Keys.artifacts(5, 1, 170), "row a (artifacts of task 5, attempt 1: at 170)");
    says(Keys.firstArtifacts(5, 1), "row b (artifacts of task 5, attempt 1)");
    says(Keys.laterArtifact(5, 1, "x"), "row c (artifacts of task 5, attempt 1: name x)");
    says(
        Keys.artifactsInList(new ArtifactScope.OfRun(3), 1, 170, 5),
        "row A (list of artifacts of run 3, attempt 1: at 170 task 5)");
    says(
        Keys.artifactsInList(new ArtifactScope.OfStep(3, "s"), 1, 170, 5),
        "row A (list of artifacts of step 3/s, attempt 1: at 170 task 5)");
    says(Keys.flowEvents("F", 2), "row h (history of flow F from offset 512 on)");
    says(Keys.runEvents(3, 2), "row h (history of run 3 from offset 512 on)");
    says(Keys.taskProgress(3, "s", 5), "row q (progress of task 5 in step 3/s)");
    says(Keys.values(new Facet.Field("f")).bytes(), "row i (search index of field f)");
    says(Keys.values(new Facet.Tag()).bytes(), "row i (search index of tags)");
    says(Keys.keyed("F", "k 1"), "row k (flow F: idempotency key k 1)");
    says(Keys.verdict(9), "row x (verdict on offset 9)");
  }

  @Test
  void whatIsNoKeyIsSaidInBytes() {
    says(new byte[] {'t', 1}, "row 7401");
    says(new byte[] {'?', 1}, "row 3f01");
  }

  private static void says(byte[] key, String words) {
    assertThat(KeyText.of(key)).isEqualTo(words);
  }
}
