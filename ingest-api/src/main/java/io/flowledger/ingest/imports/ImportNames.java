package io.flowledger.ingest.imports;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.schemas.DotName;
import io.flowledger.schemas.Envelope;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The names of an event that would be in paths here. Looked at before anything that may collide: an
 * event that can be nowhere has no number that is anybody's.
 */
final class ImportNames {

  private ImportNames() {}

  /**
   * @throws RefusedException 400 when one cannot be in a path
   */
  static void check(SpecificRecord event) {
    Envelope envelope = Envelope.of(event).orElseThrow();
    check("flow_id", envelope.flowId());
    check("step_name", envelope.stepName());
    if (event instanceof RunRegistered run) {
      check("run_id", run.getRunId());
    } else if (event instanceof TaskRegistered task) {
      check("task_name", task.getTaskName());
    } else if (event instanceof ArtifactsRecorded artifacts) {
      for (ArtifactEntry entry : artifacts.getEntries()) {
        checkInPath("name", entry.getName()); // earlier versions have taken empty ones
      }
    }
  }

  private static void check(String field, @Nullable String name) {
    if (name != null) {
      if (name.isEmpty()) {
        throw RefusedException.malformed(field + " must not be empty");
      }
      checkInPath(field, name);
    }
  }

  private static void checkInPath(String field, String name) {
    if (DotName.is(name)) {
      throw RefusedException.malformed(
          "%s must not be '%s': no URL can have it in its path".formatted(field, name));
    }
    if (name.indexOf('\0') >= 0) {
      throw RefusedException.malformed(field + " contains a NUL character");
    }
  }
}
