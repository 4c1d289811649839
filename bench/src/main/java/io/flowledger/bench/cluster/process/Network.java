package io.flowledger.bench.cluster.process;

import java.util.List;

/** Where the members of a cluster are, and which of them reach each other. */
public interface Network extends AutoCloseable {

  /** Address of a member, which is made if it is not there yet; reachable from here. */
  String host(String member);

  /** What the command that starts a member begins with. */
  List<String> prefix(String member);

  /** Whether members can be cut off from each other. */
  boolean canCut();

  /** From now on, what two members send to each other is lost, without a word to either. */
  void cut(String member, String other);

  /** Everybody reaches everybody again. */
  void heal();

  @Override
  void close();

  /** All on the loopback interface. */
  static Network loopback() {
    return new Network() {
      @Override
      public String host(String member) {
        return "127.0.0.1";
      }

      @Override
      public List<String> prefix(String member) {
        return List.of();
      }

      @Override
      public boolean canCut() {
        return false;
      }

      @Override
      public void cut(String member, String other) {
        throw new UnsupportedOperationException("the loopback interface cannot be cut");
      }

      @Override
      public void heal() {}

      @Override
      public void close() {}
    };
  }
}
