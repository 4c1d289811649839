package io.flowledger.bench.cluster.fault;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Kinds of faults. */
public enum Kind {
  KILL_NODE("kill-node", "kill -9 of a node", 1),
  KILL_BROKER("kill-broker", "kill -9 of a broker", 1),
  STOP_NODE("stop-node", "a node is stopped as an operator does", 1),
  ADD_NODE("add-node", "a node more, and away again", 1),
  PAUSE_NODE("pause-node", "a node stands still, and goes on", 1),
  CUT_BROKERS("cut-brokers", "a node does not reach the brokers", 1),
  CUT_PEERS("cut-peers", "a node does not reach the others", 2),
  CUT_MACHINE("cut-machine", "a node and the coordinator of the group reach each other only", 2),
  WIPE_NODE("wipe-node", "kill -9 of a node, and its disk is gone", 1),
  ROLLING("rolling", "all nodes are restarted, one after the other", 1);

  private final String option;
  private final String text;
  private final int nodes;

  Kind(String option, String text, int nodes) {
    this.option = option;
    this.text = text;
    this.nodes = nodes;
  }

  /** As it is called on the command line. */
  public String option() {
    return option;
  }

  public String text() {
    return text;
  }

  /** How many nodes there have to be at least. */
  public int nodes() {
    return nodes;
  }

  public boolean cuts() {
    return this == CUT_BROKERS || this == CUT_PEERS || this == CUT_MACHINE;
  }

  public static Optional<Kind> of(String option) {
    return Arrays.stream(values()).filter(kind -> kind.option.equals(option)).findFirst();
  }

  /** All of them, as the command line lists them. */
  public static String options() {
    return Arrays.stream(values()).map(Kind::option).collect(Collectors.joining(","));
  }
}
