package io.flowledger.projector.row;

/** What a listing of artifacts covers. */
public sealed interface ArtifactScope {

  record OfRun(long run) implements ArtifactScope {}

  record OfStep(long run, String stepName) implements ArtifactScope {}

  record OfTask(long task) implements ArtifactScope {}
}
