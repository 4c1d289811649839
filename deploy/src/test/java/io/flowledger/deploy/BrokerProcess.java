package io.flowledger.deploy;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A broker in a process of its own, standing in for a cluster. Prints where it is. */
public final class BrokerProcess {

  private BrokerProcess() {}

  public static void main(String[] args) throws InterruptedException {
    EmbeddedKafka kafka = EmbeddedKafka.start(Path.of(args[0]), 0);
    System.out.println("broker at " + kafka.bootstrapServers());
    new CountDownLatch(1).await();
  }
}
