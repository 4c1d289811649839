package io.flowledger.projector.readmodel;

/** What a listing of artifacts covers. */
public sealed interface Scope {

  record OfRun(long run) implements Scope {}

  record OfStep(long run, String stepName) implements Scope {}

  record OfTask(long task) implements Scope {}
}
