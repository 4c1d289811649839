package io.flowledger.ingest.bulk;

import io.flowledger.ingest.write.RegisteredRun;
import io.flowledger.ingest.write.RegisteredTask;
import io.flowledger.schemas.Identifier;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Something that entries of a request are about, and that may not be in the log yet. There is one
 * of each, so they are told apart by identity.
 */
sealed interface NamedObject {

  /** Completes when what refers to it can be appended; fails with the reason why it cannot. */
  Future<There> there();

  /**
   * That an object is there.
   *
   * @param number its own, 0 where it has none
   * @param made whether the request has made it
   */
  public record There(long number, boolean made) {
    static final There BEFORE = new There(0, false);
    static final There MADE = new There(0, true);
  }

  /** A run. */
  public final class Run implements NamedObject {
    private final String flowId;
    private final Optional<Identifier> named;
    private final Future<There> there;
    private final List<String> sentSystemTags;
    private final Map<String, Step> steps = new HashMap<>();

    /**
     * @param named what it has been found by, or the name that a scheduler gives it; empty where
     *     the service will number it
     * @param sentSystemTags those of the entry that registers it
     */
    Run(
        String flowId,
        Optional<Identifier> named,
        Future<There> there,
        List<String> sentSystemTags) {
      this.flowId = flowId;
      this.named = named;
      this.there = there;
      this.sentSystemTags = sentSystemTags;
    }

    String flowId() {
      return flowId;
    }

    @Override
    public Future<There> there() {
      return there;
    }

    List<String> sentSystemTags() {
      return sentSystemTags;
    }

    Map<String, Step> steps() {
      return steps;
    }

    /** With its number, where it is known that the run is there. */
    Optional<RegisteredRun> known() {
      return there.succeeded() ? Optional.of(known(there.result())) : Optional.empty();
    }

    RegisteredRun known(There found) {
      return new RegisteredRun(
          flowId, named.orElseGet(() -> new Identifier.Number(found.number())), found.number());
    }
  }

  /** A step. */
  public final class Step implements NamedObject {
    private final Run run;
    private final String name;
    private final Future<There> there;
    private final Map<Identifier, Task> tasks = new HashMap<>();

    Step(Run run, String name, Future<There> there) {
      this.run = run;
      this.name = name;
      this.there = there;
    }

    Run run() {
      return run;
    }

    String name() {
      return name;
    }

    /** Then its run is there too. */
    @Override
    public Future<There> there() {
      return there;
    }

    Map<Identifier, Task> tasks() {
      return tasks;
    }
  }

  /** A task. */
  public final class Task implements NamedObject {
    private final Step step;
    private final Future<There> there;

    Task(Step step, Future<There> there) {
      this.step = step;
      this.there = there;
    }

    Step step() {
      return step;
    }

    Run run() {
      return step.run();
    }

    /** Then its step and its run are there too. */
    @Override
    public Future<There> there() {
      return there;
    }

    /** With its number and that of its run. */
    RegisteredTask known(There found) {
      return new RegisteredTask(
          run().flowId(), run().there().result().number(), step.name(), found.number());
    }
  }
}
