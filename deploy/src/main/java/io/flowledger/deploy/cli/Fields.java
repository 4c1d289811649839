package io.flowledger.deploy.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** An object of the API, field by field, with its times as people read them. */
public final class Fields {

  private static final String NOTHING = "-";

  private final Times times;
  private final Colours colours;

  public Fields(Times times, Colours colours) {
    this.times = times;
    this.colours = colours;
  }

  public String render(JsonNode object) {
    Table table = new Table(colours, "  ");
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      table.row(Visible.all(field.getKey()), value(field.getKey(), field.getValue()));
    }
    return table.render();
  }

  /** The value of a field. */
  public String value(String field, JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return NOTHING;
    }
    if (value.isArray()) {
      return value.isEmpty() ? NOTHING : Visible.all(String.join(", ", Json.texts(value)));
    }
    if (value.isNumber() && field.equals("ts_epoch")) {
      return times.dateTime(value.asLong());
    }
    if (value.isNumber() && field.equals("last_heartbeat_ts")) {
      return times.dateTime(value.asLong() * 1000);
    }
    return Visible.all(value.isValueNode() ? value.asText() : value.toString());
  }
}
