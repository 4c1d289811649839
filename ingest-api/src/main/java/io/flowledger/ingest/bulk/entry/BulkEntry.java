package io.flowledger.ingest.bulk.entry;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.ingest.body.MetadataInput;
import io.flowledger.ingest.body.Registration;
import io.flowledger.ingest.body.TagMutation;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An entry of a bulk request, as it was sent. */
public sealed interface BulkEntry {

  Place place();

  /**
   * How an entry names what it is about: as in a path, or a run or task by the {@code $ref} of an
   * earlier entry. Null is what it does not name.
   */
  record Place(
      @Nullable String flowId,
      @Nullable String run,
      @Nullable String stepName,
      @Nullable String task) {}

  /** Registers a flow. */
  record Flow(Place place, Registration body) implements BulkEntry {}

  /**
   * Registers a run.
   *
   * @param ref what later entries call it
   */
  record Run(Place place, Registration body, Optional<String> ref) implements BulkEntry {}

  /** Registers a step. */
  record Step(Place place, Registration body) implements BulkEntry {}

  /**
   * Registers a task.
   *
   * @param ref what later entries call it
   */
  record Task(Place place, Registration body, Optional<String> ref) implements BulkEntry {}

  /**
   * Records metadata of a task.
   *
   * @param listed whether it came as a list
   */
  record Metadata(Place place, List<MetadataInput> entries, boolean listed) implements BulkEntry {}

  /**
   * Records artifacts of a task.
   *
   * @param listed whether it came as a list
   */
  record Artifacts(Place place, List<ArtifactEntry> entries, boolean listed) implements BulkEntry {}

  /** Changes the user tags of a run. */
  record Tags(Place place, TagMutation mutation) implements BulkEntry {}

  /** Says that a run or task is alive. */
  record Beat(Place place) implements BulkEntry {}
}
