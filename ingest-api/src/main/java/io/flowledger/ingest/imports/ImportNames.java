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

/** The names of an event that would be in paths here. */
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
        check("name", entry.getName());
      }
    }
  }

  private static void check(String field, @Nullable String name) {
    if (name != null && DotName.is(name)) {
      throw RefusedException.malformed(
          "%s must not be '%s': no URL can have it in its path".formatted(field, name));
    }
  }
}
