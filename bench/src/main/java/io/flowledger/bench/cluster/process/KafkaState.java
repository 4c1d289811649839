package io.flowledger.bench.cluster.process;

import static java.util.Objects.requireNonNull;

import io.flowledger.bench.report.BenchException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;

/** What the brokers say of themselves. */
final class KafkaState implements AutoCloseable {

  private static final int LIMIT_MS = 5000;
  private static final String GROUP = "flowledger.projector";

  private final Admin admin;

  KafkaState(String bootstrap) {
    this.admin =
        Admin.create(
            Map.of(
                CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG,
                "rebootstrap",
                CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG,
                LIMIT_MS,
                CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG,
                LIMIT_MS));
  }

  /** What is missing before all is well; empty where nothing is. */
  String missing(int brokers) {
    try {
      int there = admin.describeCluster().nodes().get(LIMIT_MS, TimeUnit.MILLISECONDS).size();
      if (there < brokers) {
        return "%d of %d brokers".formatted(there, brokers);
      }
      Set<String> names =
          admin
              .listTopics(new ListTopicsOptions().listInternal(true))
              .names()
              .get(LIMIT_MS, TimeUnit.MILLISECONDS);
      for (TopicDescription topic :
          admin
              .describeTopics(names)
              .allTopicNames()
              .get(LIMIT_MS, TimeUnit.MILLISECONDS)
              .values()) {
        for (var partition : topic.partitions()) {
          if (partition.leader() == null || partition.isr().size() < partition.replicas().size()) {
            return "%s-%d has replicas %s in sync"
                .formatted(topic.name(), partition.partition(), partition.isr());
          }
        }
      }
      return "";
    } catch (ExecutionException | TimeoutException e) {
      return String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  /**
   * The id of the broker that coordinates the group of the nodes.
   *
   * @throws BenchException when that cannot be said
   */
  int coordinator() {
    try {
      return admin
          .describeConsumerGroups(List.of(GROUP))
          .all()
          .thenApply(groups -> requireNonNull(groups.get(GROUP)))
          .get(LIMIT_MS, TimeUnit.MILLISECONDS)
          .coordinator()
          .id();
    } catch (ExecutionException | TimeoutException e) {
      throw new BenchException("nobody says who coordinates the group " + GROUP, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  @Override
  public void close() {
    admin.close(java.time.Duration.ofSeconds(2));
  }
}
