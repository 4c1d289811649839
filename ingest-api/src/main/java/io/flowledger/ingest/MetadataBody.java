package io.flowledger.ingest;

import io.flowledger.event.MetadataEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of a request that records metadata: a list, all of which is stored or nothing. */
final class MetadataBody {

  /** What the reference service stores for a field that is not there. */
  private static final String ABSENT = " ";

  private String fieldName = ABSENT;
  private String value = ABSENT;
  private String type = ABSENT;
  private @Nullable String userName;
  private @Nullable List<String> tags;
  private @Nullable List<String> systemTags;

  private MetadataBody() {}

  /**
   * The entries in their order, without numbers yet.
   *
   * @throws io.vertx.ext.web.handler.HttpException 400 or 413 that says what is wrong
   */
  static List<MetadataEntry> parse(byte[] body, IngestConfig limits) {
    return JsonInput.read(
        body,
        limits,
        input -> {
          List<MetadataEntry> entries = new ArrayList<>();
          input.list("the body", index -> entries.add(entry(input, "entry " + index)));
          return entries;
        });
  }

  private static MetadataEntry entry(JsonInput input, String what) throws IOException {
    MetadataBody entry = new MetadataBody();
    input.object(what, name -> entry.field(input, name, what + ": " + name));
    return new MetadataEntry(
        0L, entry.fieldName, entry.value, entry.type, entry.userName, entry.tags, entry.systemTags);
  }

  private void field(JsonInput input, String name, String what) throws IOException {
    switch (name) {
      case "field_name" -> fieldName = input.name(what);
      case "value" -> value = input.metadataValue(what);
      case "type" -> type = input.name(what);
      case "user_name" -> userName = input.nullableName(what);
      case "tags" -> tags = input.nullableStrings(what);
      case "system_tags" -> systemTags = input.nullableStrings(what);
      default -> {}
    }
  }
}
