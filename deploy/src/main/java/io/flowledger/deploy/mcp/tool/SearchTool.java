package io.flowledger.deploy.mcp.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient.Answer;
import java.util.List;
import java.util.Optional;

/** The tool that finds tasks by their metadata and runs by their tags. */
final class SearchTool {

  private static final int FEW = 20;
  private static final int MANY = 50;

  static final Tool TOOL =
      new Tool(
          "search",
          "Search",
          "Finds tasks by metadata ('what ran with which value') or runs by tag, over all flows,"
              + " newest runs first. Give either field and value, or tag. Failed attempts are those"
              + " with field attempt_ok and value False.",
          List.of(
              Parameter.text("field", "Name of a metadata field, for example git_commit."),
              Parameter.text("value", "Its value."),
              Parameter.text("tag", "A tag of runs, instead of field and value."),
              Parameter.text(
                      "op",
                      "How the value or tag is compared: equal (the default), starts with,"
                          + " contains, or a regular expression.")
                  .oneOf("eq", "sw", "co", "re"),
              Parameter.text("flow", "Only in this flow."),
              Parameters.SINCE,
              Parameters.limit(FEW, MANY),
              Parameters.CURSOR),
          false,
          SearchTool::search);

  private SearchTool() {}

  private static ObjectNode search(ToolCall call) {
    Optional<String> field = call.text("field");
    Optional<String> tag = call.text("tag");
    if (field.isPresent() == tag.isPresent()) {
      throw CommandFailure.failed("give either field and value, or tag");
    }
    if (field.isPresent() != call.text("value").isPresent()) {
      throw CommandFailure.failed("field and value go together");
    }
    Answer page =
        call.page(
            Resource.of("search")
                .with("field", field)
                .with("value", call.text("value"))
                .with("tag", tag)
                .with("op", call.text("op"))
                .with("flow", call.text("flow"))
                .with("since", call.time("since")),
            FEW,
            MANY);
    ObjectNode answer = Shown.object();
    ArrayNode found = answer.putArray("found");
    for (JsonNode one : page.json()) {
      ObjectNode shown = found.addObject();
      Shown.putText(shown, "pathspec", one, "pathspec");
      Shown.putTime(shown, "at", one, "ts_epoch");
      Shown.putText(shown, "tag", one, "tag");
      Shown.putText(shown, "field", one, "field_name");
      Shown.putText(shown, "value", one, "value");
    }
    Shown.putMore(answer, page);
    return answer;
  }
}
