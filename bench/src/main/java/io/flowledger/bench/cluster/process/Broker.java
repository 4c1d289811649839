package io.flowledger.bench.cluster.process;

/** A broker of the cluster, in a process of its own. */
public final class Broker {

  private final String name;
  private final JavaProcess process;

  Broker(String name, JavaProcess process) {
    this.name = name;
    this.process = process;
  }

  public String name() {
    return name;
  }

  public void start() {
    process.start();
  }

  public void kill() {
    process.kill();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String tail() {
    return process.tail();
  }
}
