package io.flowledger.deploy.mcp.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Resource;
import java.util.List;
import java.util.Map;

/** The tool that changes the tags of a run. */
final class TagTool {

  static final Tool TOOL =
      new Tool(
          "edit_tags",
          "Add and remove tags of a run",
          "Adds tags to a run and removes others from it, and gives the tags that it has then. This"
              + " changes the record for everybody, and is kept in the history.",
          List.of(
              Parameters.FLOW,
              Parameter.text("run", "Number or id of the run, for example 12.").needed(),
              Parameter.texts("add", "Tags to add."),
              Parameter.texts("remove", "Tags to remove.")),
          true,
          TagTool::edit);

  private TagTool() {}

  private static ObjectNode edit(ToolCall call) {
    Pathspec run =
        call.run().orElseThrow(() -> CommandFailure.failed("which run has to be said: 'run'"));
    List<String> add = call.texts("add");
    List<String> remove = call.texts("remove");
    if (add.isEmpty() && remove.isEmpty()) {
      throw CommandFailure.failed("nothing to add, and nothing to remove");
    }
    JsonNode tags =
        call.patch(
            Resource.of(run).under("tag").under("mutate"),
            Json.write(Map.of("tags_to_add", add, "tags_to_remove", remove)));
    ObjectNode answer = Shown.object().put("run", run.toString());
    answer.set("tags", Shown.list(Json.texts(tags.path("tags"))));
    return answer;
  }
}
