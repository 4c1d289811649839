package io.flowledger.ingest.body;

import io.flowledger.event.MetadataEntry;
import io.flowledger.http.refusal.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An entry of a request that records metadata, all of which are stored or none. */
public final class MetadataInput {

  /** What the reference service stores for a field that is not there. */
  private static final String ABSENT = " ";

  private String fieldName = ABSENT;
  private String value = ABSENT;
  private String type = ABSENT;
  private @Nullable String userName;
  private @Nullable List<String> tags;
  private @Nullable List<String> systemTags;

  public MetadataInput() {}

  /**
   * The entries of a body in their order.
   *
   * @throws RefusedException 400 or 413 that says what is wrong
   */
  public static List<MetadataInput> parse(byte[] body, Limits limits) {
    return JsonInput.read(body, limits, input -> list(input, "the body"));
  }

  /** The entries of a list in their order. */
  public static List<MetadataInput> list(JsonInput input, String what) throws IOException {
    List<MetadataInput> entries = new ArrayList<>();
    input.list(what, index -> entries.add(entry(input, "entry " + index)));
    return entries;
  }

  private static MetadataInput entry(JsonInput input, String what) throws IOException {
    MetadataInput entry = new MetadataInput();
    input.object(what, name -> entry.field(input, name, what + ": " + name));
    return entry;
  }

  /**
   * @param what the field is, for the message
   */
  public void field(JsonInput input, String name, String what) throws IOException {
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

  /**
   * Entries as events have them.
   *
   * @param ids as many as there are entries
   */
  public static List<MetadataEntry> numbered(List<MetadataInput> entries, long[] ids) {
    List<MetadataEntry> numbered = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      numbered.add(entries.get(i).numbered(ids[i]));
    }
    return numbered;
  }

  public MetadataEntry numbered(long id) {
    return new MetadataEntry(id, fieldName, value, type, userName, tags, systemTags);
  }
}
