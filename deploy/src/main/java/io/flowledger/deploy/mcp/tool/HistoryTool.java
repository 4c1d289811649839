package io.flowledger.deploy.mcp.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient.Answer;
import io.flowledger.deploy.cli.story.Sentence;
import io.flowledger.deploy.cli.story.Story;
import java.util.List;

/** The tool that tells what has happened to an object. */
final class HistoryTool {

  private static final int SOME = 50;
  private static final int MANY = 100;
  private static final String EVERYTHING = "everything";

  static final Tool TOOL =
      new Tool(
          "history",
          "History of an object",
          "Tells what has happened to a flow, run, step or task as a story, oldest first: who"
              + " registered it, attempts that began, succeeded and failed, artifacts, and who"
              + " changed which tags when. The log behind it is append-only.",
          List.of(
              Parameter.text("pathspec", "Flow, Flow/run, Flow/run/step or Flow/run/step/task.")
                  .needed(),
              Parameter.text("detail", "With 'everything', what only the machinery needs too.")
                  .oneOf("normal", EVERYTHING),
              Parameters.SINCE,
              Parameters.limit(SOME, MANY),
              Parameters.CURSOR),
          false,
          HistoryTool::history);

  private HistoryTool() {}

  private static ObjectNode history(ToolCall call) {
    Pathspec of = call.pathspec(1, 4, "TrainFlow, TrainFlow/12 or TrainFlow/12/start/34");
    Answer page =
        call.page(
            Resource.of(of).under("events").with("ts_epoch:ge", call.time("since")), SOME, MANY);
    Story story = new Story(of, call.text("detail").filter(EVERYTHING::equals).isPresent());
    ObjectNode answer = Shown.object();
    ArrayNode events = answer.putArray("events");
    for (JsonNode event : page.json()) {
      for (Sentence sentence : story.tell(event)) {
        ObjectNode shown = events.addObject();
        Shown.putTime(shown, "at", event, "ts_epoch");
        shown.put("what", Shown.text(sentence.text()));
        Json.text(event, "position").ifPresent(position -> shown.put("position", position));
      }
    }
    Shown.putMore(answer, page);
    return answer;
  }
}
