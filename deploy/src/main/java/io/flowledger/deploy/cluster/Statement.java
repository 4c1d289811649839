package io.flowledger.deploy.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a node says of itself to the others.
 *
 * @param instance its name in the group, so that nobody takes it for another one
 * @param version of its program
 * @param draining whether it is about to stop
 * @param leaseMillis for how long it may answer without hearing of the group again
 * @param answered partitions that it answers for now
 * @param open partitions that it answers for now, or may again without asking anybody
 * @param applied how far its views are that are open for reading: the last offset of each
 *     partition's events
 * @param standby the same of those that it keeps for others
 */
record Statement(
    String instance,
    String version,
    boolean draining,
    long leaseMillis,
    List<Integer> answered,
    List<Integer> open,
    Map<Integer, Long> applied,
    Map<Integer, Long> standby) {

  private static final ObjectMapper JSON = new ObjectMapper();

  boolean answers(int partition) {
    return answered.contains(partition);
  }

  String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("instance", instance)
        .put("version", version)
        .put("draining", draining)
        .put("lease_ms", leaseMillis);
    putPartitions(json, "answered", answered);
    putPartitions(json, "open", open);
    putOffsets(json, "applied", applied);
    putOffsets(json, "standby", standby);
    return json.toString();
  }

  private static void putPartitions(ObjectNode json, String name, List<Integer> partitions) {
    ArrayNode all = json.putArray(name);
    partitions.forEach(all::add);
  }

  private static void putOffsets(ObjectNode json, String name, Map<Integer, Long> offsets) {
    ObjectNode all = json.putObject(name);
    offsets.forEach((partition, offset) -> all.put(Integer.toString(partition), offset));
  }

  /**
   * @throws JsonProcessingException when it is none
   */
  static Statement parse(String text) throws JsonProcessingException {
    JsonNode json = JSON.readTree(text);
    return new Statement(
        json.path("instance").asText(),
        json.path("version").asText(),
        json.path("draining").asBoolean(),
        json.path("lease_ms").asLong(),
        partitions(json, "answered"),
        partitions(json, "open"),
        offsets(json, "applied"),
        offsets(json, "standby"));
  }

  private static List<Integer> partitions(JsonNode json, String name) {
    List<Integer> partitions = new ArrayList<>();
    json.path(name).forEach(partition -> partitions.add(partition.asInt()));
    return List.copyOf(partitions);
  }

  private static Map<Integer, Long> offsets(JsonNode json, String name) {
    Map<Integer, Long> offsets = new TreeMap<>();
    json.path(name)
        .properties()
        .forEach(entry -> offsets.put(Integer.valueOf(entry.getKey()), entry.getValue().asLong()));
    return offsets;
  }
}
