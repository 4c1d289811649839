package io.flowledger.ingest.bulk.entry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.flowledger.event.ArtifactEntry;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.body.ArtifactInput;
import io.flowledger.ingest.body.JsonInput;
import io.flowledger.ingest.body.JsonPiece;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.body.MetadataInput;
import io.flowledger.ingest.body.Registration;
import io.flowledger.ingest.body.TagMutation;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an entry of a bulk request: an object whose {@code type} says what it is, with the fields
 * that the endpoint of that type has in its path and in its body.
 */
public final class BulkEntryReader {

  private static final String TYPE = "type";
  private static final String REF = "ref";
  private static final String ENTRIES = "entries";
  private static final String RUN_NUMBER = "run_number";
  private static final String TASK_ID = "task_id";

  private enum Type {
    FLOW,
    RUN,
    STEP,
    TASK,
    METADATA,
    ARTIFACT,
    TAGS,
    HEARTBEAT;

    static Type of(String name) {
      for (Type type : values()) {
        if (type.label().equals(name)) {
          return type;
        }
      }
      throw RefusedException.malformed(
          "type must be flow, run, step, task, metadata, artifact, tags or heartbeat, not '"
              + name
              + "'");
    }

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final JsonPiece piece;
  private final JsonInput input;
  private final Registration.Fields registration = new Registration.Fields();
  private final TagMutation.Fields tags = new TagMutation.Fields();
  private @Nullable Type type;
  private boolean named;
  private @Nullable String ref;
  private @Nullable String flowId;
  private @Nullable String run;
  private @Nullable String stepName;
  private @Nullable String task;
  private @Nullable MetadataInput oneMetadata;
  private @Nullable List<MetadataInput> metadata;
  private @Nullable ArtifactInput oneArtifact;
  private @Nullable List<ArtifactEntry> artifacts;

  private BulkEntryReader(JsonPiece piece, JsonInput input) {
    this.piece = piece;
    this.input = input;
  }

  /**
   * @throws RefusedException 400 or 413 that says what is wrong
   */
  public static BulkEntry parse(JsonPiece piece, Limits limits) {
    return JsonInput.read(piece, limits, input -> new BulkEntryReader(piece, input).entry());
  }

  /** What an entry that is refused would have been called, as far as it can be read. */
  public static Optional<String> ref(JsonPiece piece) {
    try {
      return find(piece, REF);
    } catch (IOException malformed) {
      return Optional.empty();
    }
  }

  private static Optional<String> find(JsonPiece piece, String field) throws IOException {
    try (JsonParser parser = piece.parser()) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals(field)) {
          return value == JsonToken.VALUE_STRING ? Optional.of(parser.getText()) : Optional.empty();
        }
        parser.skipChildren();
      }
      return Optional.empty();
    }
  }

  private BulkEntry entry() throws IOException {
    input.object(
        piece.kind().equals("line") ? "a line" : "an entry",
        name -> {
          // What the other fields mean depends on it, so it is looked for where it is not the
          // first.
          Type of = type == null ? Type.of(typeName(name)) : type;
          type = of;
          field(name, of);
        });
    if (type == null) {
      throw RefusedException.malformed("type is missing");
    }
    return entry(type);
  }

  private String typeName(String firstField) throws IOException {
    return firstField.equals(TYPE)
        ? input.name(TYPE)
        : find(piece, TYPE).orElseThrow(() -> RefusedException.malformed("type is missing"));
  }

  private void field(String name, Type of) throws IOException {
    switch (name) {
      case TYPE -> {}
      case REF -> ref = input.nullableName(name);
      case "flow_id" -> flowId = input.nullableName(name);
      case "step_name" -> stepName = input.nullableName(name);
      case RUN_NUMBER -> {
        if (of == Type.RUN) {
          registration.read(input, name, RUN_NUMBER);
        } else {
          run = input.isNull() ? null : input.identifier(name);
        }
      }
      case TASK_ID -> {
        if (of == Type.TASK) {
          registration.read(input, name, TASK_ID);
        } else {
          task = input.isNull() ? null : input.identifier(name);
        }
      }
      default -> content(name, of);
    }
  }

  private void content(String name, Type of) throws IOException {
    switch (of) {
      case FLOW, RUN, STEP, TASK -> registration.read(input, name, "");
      case TAGS -> tags.read(input, name);
      case HEARTBEAT -> {}
      case METADATA -> {
        if (name.equals(ENTRIES)) {
          metadata = MetadataInput.list(input, name);
        } else {
          named |= name.equals("field_name");
          oneMetadata = oneMetadata == null ? new MetadataInput() : oneMetadata;
          oneMetadata.field(input, name.equals("metadata_type") ? TYPE : name, name);
        }
      }
      case ARTIFACT -> {
        if (name.equals(ENTRIES)) {
          artifacts = ArtifactInput.list(input, name);
        } else {
          named |= name.equals("name");
          oneArtifact = oneArtifact == null ? new ArtifactInput() : oneArtifact;
          oneArtifact.field(input, name.equals("artifact_type") ? TYPE : name, name);
        }
      }
    }
  }

  private BulkEntry entry(Type of) {
    BulkEntry.Place place = new BulkEntry.Place(flowId, run, stepName, task);
    if (ref != null && of != Type.RUN && of != Type.TASK) {
      throw RefusedException.malformed("ref is for runs and tasks");
    }
    return switch (of) {
      case FLOW -> new BulkEntry.Flow(place, registration.registration());
      case RUN -> new BulkEntry.Run(place, registration.registration(), Optional.ofNullable(ref));
      case STEP -> new BulkEntry.Step(place, registration.registration());
      case TASK -> new BulkEntry.Task(place, registration.registration(), Optional.ofNullable(ref));
      case TAGS -> new BulkEntry.Tags(place, tags.mutation());
      case HEARTBEAT -> new BulkEntry.Beat(place);
      case METADATA -> {
        if (metadata != null) {
          yield new BulkEntry.Metadata(place, metadata, true);
        }
        if (oneMetadata != null && named) {
          yield new BulkEntry.Metadata(place, List.of(oneMetadata), false);
        }
        throw RefusedException.malformed("metadata needs a field_name and a value, or entries");
      }
      case ARTIFACT -> {
        if (artifacts != null) {
          yield new BulkEntry.Artifacts(place, artifacts, true);
        }
        if (oneArtifact != null && named) {
          yield new BulkEntry.Artifacts(place, List.of(oneArtifact.toEntry()), false);
        }
        throw RefusedException.malformed("artifact needs a name, or entries");
      }
    };
  }
}
