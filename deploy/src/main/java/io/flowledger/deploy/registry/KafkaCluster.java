package io.flowledger.deploy.registry;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/** The Kafka cluster that keeps the schemas. */
public final class KafkaCluster {

  private final Map<String, Object> clients;

  /**
   * @param clients Kafka client settings: bootstrap servers, security
   */
  public KafkaCluster(Map<String, Object> clients) {
    this.clients = clients;
  }

  /**
   * Its id. Blocks.
   *
   * @throws KafkaException when it cannot be asked
   */
  String id() {
    try (Admin admin = Admin.create(clients)) {
      return admin.describeCluster().clusterId().get();
    } catch (ExecutionException e) {
      throw new KafkaException("cannot ask for the id of the cluster", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }
}
