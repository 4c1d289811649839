package io.flowledger.deploy.cluster;

import io.flowledger.projector.text.JsonText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * The nodes of a cluster and who has which partition, as one of them knows it.
 *
 * @param nodes the one that is asked first
 * @param ends offsets after the last event of each partition
 */
record ClusterPicture(List<Node> nodes, List<Long> ends) {

  /**
   * A node.
   *
   * @param address {@code host:port} that the others reach it at
   * @param here whether it is the one that is asked
   * @param inGroup whether Kafka's group has it
   * @param word what it has said last; empty where that is nothing, or it is known to be dead
   * @param silentMillis since it has said so; empty where it never has
   */
  record Node(
      String address,
      boolean here,
      boolean inGroup,
      Optional<Word> word,
      OptionalLong silentMillis) {

    /** Of the lease that it has said it has, what is left of it if it has said nothing since. */
    private OptionalLong leaseLeft() {
      OptionalLong said = word.map(Word::leaseMillis).orElse(OptionalLong.empty());
      return said.isPresent()
          ? OptionalLong.of(Math.max(0, said.getAsLong() - silentMillis.orElse(0)))
          : said;
    }

    private boolean answers(int partition) {
      return word.isPresent() && word.get().answered().contains(partition);
    }
  }

  /**
   * What a node says of itself.
   *
   * @param leaseMillis for how long it may answer without hearing of the group; empty where it is
   *     alone
   * @param answered partitions that it answers for
   * @param applied last offsets of its open views
   * @param standby the same of those that it keeps for others
   */
  record Word(
      String version,
      boolean draining,
      OptionalLong leaseMillis,
      List<Integer> answered,
      Map<Integer, Long> applied,
      Map<Integer, Long> standby) {

    static Word of(Statement said) {
      return new Word(
          said.version(),
          said.draining(),
          OptionalLong.of(said.leaseMillis()),
          said.answered(),
          said.applied(),
          said.standby());
    }
  }

  static ClusterPicture of(List<Node> nodes, int partitions, IntToLongFunction end) {
    return new ClusterPicture(
        nodes, IntStream.range(0, partitions).mapToObj(end::applyAsLong).toList());
  }

  String toJson() {
    JsonText json = new JsonText(1024).raw("{\"nodes\": [");
    for (int i = 0; i < nodes.size(); i++) {
      node(nodes.get(i), json.raw(i == 0 ? "" : ", "));
    }
    json.raw("], \"partitions\": [");
    for (int partition = 0; partition < ends.size(); partition++) {
      partition(partition, json.raw(partition == 0 ? "" : ", "));
    }
    return json.raw("]}").toString();
  }

  private static void node(Node node, JsonText json) {
    json.raw("{\"address\": ").string(node.address());
    json.raw(", \"here\": ").raw(Boolean.toString(node.here()));
    json.raw(", \"in_group\": ").raw(Boolean.toString(node.inGroup()));
    Optional<Word> word = node.word();
    json.raw(", \"version\": ").string(word.map(Word::version).orElse(null));
    json.raw(", \"draining\": ")
        .raw(word.map(said -> Boolean.toString(said.draining())).orElse("null"));
    number(json, "lease_ms", node.leaseLeft());
    number(json, "silent_ms", node.silentMillis());
    json.raw("}");
  }

  private static void number(JsonText json, String name, OptionalLong value) {
    json.raw(", \"").raw(name).raw("\": ");
    if (value.isPresent()) {
      json.number(value.getAsLong());
    } else {
      json.raw("null");
    }
  }

  private void partition(int partition, JsonText json) {
    long end = ends.get(partition);
    Optional<Node> owner = nodes.stream().filter(node -> node.answers(partition)).findFirst();
    json.raw("{\"partition\": ").number(partition);
    json.raw(", \"owner\": ").string(owner.map(Node::address).orElse(null));
    OptionalLong applied =
        owner
            .flatMap(Node::word)
            .map(said -> offset(said.applied(), partition))
            .orElse(OptionalLong.empty());
    progress(json, applied, end);
    json.raw(", \"end\": ").number(end).raw(", \"standbys\": [");
    String separator = "";
    for (Node node : nodes) {
      OptionalLong standby =
          node.word().map(said -> offset(said.standby(), partition)).orElse(OptionalLong.empty());
      if (standby.isPresent()) {
        json.raw(separator).raw("{\"address\": ").string(node.address());
        progress(json, standby, end);
        json.raw("}");
        separator = ", ";
      }
    }
    json.raw("]}");
  }

  private static OptionalLong offset(Map<Integer, Long> offsets, int partition) {
    Long offset = offsets.get(partition);
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
  }

  /** How many events there are that it has applied, and how many it lacks. */
  private static void progress(JsonText json, OptionalLong applied, long end) {
    number(
        json,
        "applied",
        applied.isPresent() ? OptionalLong.of(applied.getAsLong() + 1) : OptionalLong.empty());
    number(
        json,
        "lag",
        applied.isPresent()
            ? OptionalLong.of(Math.max(0, end - 1 - applied.getAsLong()))
            : OptionalLong.empty());
  }
}
