package io.flowledger.ingest.body;

import io.flowledger.http.refusal.RefusedException;
import java.io.IOException;
import java.util.List;

/** The body of a request that changes the user tags of a run. */
public record TagMutation(List<String> toAdd, List<String> toRemove) {

  /** The fields that have been read so far. */
  public static final class Fields {
    private List<String> toAdd = List.of();
    private List<String> toRemove = List.of();

    public void read(JsonInput input, String name) throws IOException {
      switch (name) {
        case "tags_to_add" -> toAdd = input.strings(name);
        case "tags_to_remove" -> toRemove = input.strings(name);
        default -> {}
      }
    }

    public TagMutation mutation() {
      return new TagMutation(toAdd, toRemove);
    }
  }

  /**
   * @throws RefusedException 400 or 413 that says what is wrong
   */
  public static TagMutation parse(byte[] body, Limits limits) {
    return JsonInput.read(
        body,
        limits,
        input -> {
          Fields fields = new Fields();
          input.object("the body", name -> fields.read(input, name));
          return fields.mutation();
        });
  }
}
