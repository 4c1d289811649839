package io.flowledger.projector.chain;

import io.flowledger.projector.text.JsonText;
import java.util.List;

/**
 * The head of the hash chain over one partition of one topic.
 *
 * @param topic that the partition is of
 */
public record PartitionHead(String topic, int partition, LogHead head) {

  /**
   * As JSON: {@code {"heads": [{"topic": "flowledger.events", "partition": 0, "offset": 41,
   * "records": 42, "sha256": "64 hexadecimal digits"}]}}.
   */
  public static JsonText toJson(List<PartitionHead> heads) {
    return list(new JsonText(256).raw("{"), heads).raw("}");
  }

  /** The list of the heads with its name, as a field of an object that holds more. */
  public static JsonText list(JsonText json, List<PartitionHead> heads) {
    json.raw("\"heads\": [");
    String separator = "";
    for (PartitionHead head : heads) {
      json.raw(separator);
      head.toJson(json);
      separator = ", ";
    }
    return json.raw("]");
  }

  /** One of them. */
  public JsonText toJson() {
    JsonText json = new JsonText(128);
    toJson(json);
    return json;
  }

  private void toJson(JsonText json) {
    json.raw("{\"topic\": ").string(topic);
    json.raw(", \"partition\": ").number(partition);
    json.raw(", \"offset\": ").number(head.offset());
    json.raw(", \"records\": ").number(head.records());
    json.raw(", \"sha256\": ").string(head.hex()).raw("}");
  }
}
