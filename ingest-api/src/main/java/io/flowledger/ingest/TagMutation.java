package io.flowledger.ingest;

import java.util.List;

/** The body of a request that changes the user tags of a run. */
record TagMutation(List<String> toAdd, List<String> toRemove) {

  private static final class Fields {
    List<String> toAdd = List.of();
    List<String> toRemove = List.of();
  }

  /**
   * @throws io.vertx.ext.web.handler.HttpException 400 or 413 that says what is wrong
   */
  static TagMutation parse(byte[] body, IngestConfig limits) {
    Fields fields = new Fields();
    return JsonInput.read(
        body,
        limits,
        input -> {
          input.object(
              "the body",
              name -> {
                switch (name) {
                  case "tags_to_add" -> fields.toAdd = input.strings(name);
                  case "tags_to_remove" -> fields.toRemove = input.strings(name);
                  default -> {}
                }
              });
          return new TagMutation(fields.toAdd, fields.toRemove);
        });
  }
}
