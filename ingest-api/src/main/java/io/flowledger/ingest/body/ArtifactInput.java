package io.flowledger.ingest.body;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.http.refusal.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An entry of a request that records artifacts, all of which are stored or none. */
public final class ArtifactInput {

  /** What the reference service stores for a field that is not there. */
  private static final String ABSENT = " ";

  private String name = ABSENT;
  private int attempt;
  private String location = ABSENT;
  private String dsType = ABSENT;
  private @Nullable String sha = ABSENT;
  private @Nullable String type = ABSENT;
  private @Nullable String contentType = ABSENT;
  private @Nullable String userName = ABSENT;
  private @Nullable List<String> tags;
  private @Nullable List<String> systemTags;

  public ArtifactInput() {}

  /**
   * The entries of a body in their order.
   *
   * @throws RefusedException 400 or 413 that says what is wrong
   */
  public static List<ArtifactEntry> parse(byte[] body, Limits limits) {
    return JsonInput.read(body, limits, input -> list(input, "the body"));
  }

  /** The entries of a list in their order. */
  public static List<ArtifactEntry> list(JsonInput input, String what) throws IOException {
    List<ArtifactEntry> entries = new ArrayList<>();
    input.list(what, index -> entries.add(entry(input, "entry " + index)));
    return entries;
  }

  private static ArtifactEntry entry(JsonInput input, String what) throws IOException {
    ArtifactInput entry = new ArtifactInput();
    input.object(what, name -> entry.field(input, name, what + ": " + name));
    return entry.toEntry();
  }

  public ArtifactEntry toEntry() {
    return new ArtifactEntry(
        name, attempt, location, dsType, sha, type, contentType, userName, tags, systemTags);
  }

  /**
   * @param what the field is, for the message
   */
  public void field(JsonInput input, String field, String what) throws IOException {
    switch (field) {
      case "name" -> name = input.nameInPath(what);
      case "attempt_id" -> attempt = input.integer(what);
      case "location" -> location = input.text(what);
      case "ds_type" -> dsType = input.name(what);
      case "sha" -> sha = input.nullableName(what);
      case "type" -> type = input.nullableName(what);
      case "content_type" -> contentType = input.nullableName(what);
      case "user_name" -> userName = input.nullableName(what);
      case "tags" -> tags = input.nullableStrings(what);
      case "system_tags" -> systemTags = input.nullableStrings(what);
      default -> {}
    }
  }
}
