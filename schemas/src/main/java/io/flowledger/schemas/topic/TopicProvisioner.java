package io.flowledger.schemas.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates the topics that are missing, and refuses to go on with a topic whose settings contradict
 * what the log needs: a shorter retention or a compacted events topic would lose history silently.
 */
public final class TopicProvisioner {

  private static final Duration VISIBLE_LIMIT = Duration.ofSeconds(20);
  private static final int RETRY_MS = 20;

  /** Settings that may be larger than they have to be. */
  private static final Set<String> AT_LEAST =
      Set.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);

  private final Admin admin;

  public TopicProvisioner(Admin admin) {
    this.admin = admin;
  }

  /** A topic is not as it has to be, or the cluster cannot be asked. */
  public static final class TopicMismatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TopicMismatchException(String message) {
      super(message);
    }

    TopicMismatchException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Creates what is missing and verifies what is there.
   *
   * @throws TopicMismatchException naming every contradiction found
   */
  public void provision(Topics topics) {
    provision(topics.all());
  }

  /**
   * The same with some topics.
   *
   * @throws TopicMismatchException naming every contradiction found
   */
  public void provision(List<Topics.Spec> specs) {
    try {
      create(specs);
      verifyWhenVisible(specs);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new TopicMismatchException(
          "cannot set up topics: " + cause.getMessage() + hint(cause), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopicMismatchException("interrupted while setting up topics", e);
    }
  }

  private static String hint(Throwable cause) {
    return cause instanceof InvalidReplicationFactorException
        ? " Start more brokers, or use --replication 1, with which the log is lost with one disk"
        : "";
  }

  private void create(List<Topics.Spec> specs) throws InterruptedException, ExecutionException {
    var existing = admin.listTopics().names().get();
    List<NewTopic> missing =
        specs.stream()
            .filter(spec -> !existing.contains(spec.name()))
            .map(
                spec ->
                    new NewTopic(spec.name(), spec.partitions(), spec.replication())
                        .configs(spec.configs()))
            .toList();
    if (missing.isEmpty()) {
      return;
    }
    for (var created : admin.createTopics(missing).values().values()) {
      try {
        created.get();
      } catch (ExecutionException e) {
        // Another node of the same cluster may have been faster.
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }

  /** A broker may hear of a topic a little later than the controller has created it. */
  private void verifyWhenVisible(List<Topics.Spec> specs)
      throws InterruptedException, ExecutionException {
    long deadline = System.nanoTime() + VISIBLE_LIMIT.toNanos();
    while (true) {
      try {
        verify(specs);
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || System.nanoTime() > deadline) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(RETRY_MS);
      }
    }
  }

  private void verify(List<Topics.Spec> specs) throws InterruptedException, ExecutionException {
    Collection<String> names = specs.stream().map(Topics.Spec::name).toList();
    Map<String, TopicDescription> found = admin.describeTopics(names).allTopicNames().get();
    Map<String, Config> configs =
        admin
            .describeConfigs(
                names.stream()
                    .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                    .toList())
            .all()
            .get()
            .entrySet()
            .stream()
            .collect(Collectors.toMap(e -> e.getKey().name(), Map.Entry::getValue));
    List<String> wrong = new ArrayList<>();
    for (Topics.Spec spec : specs) {
      TopicDescription description = found.get(spec.name());
      Config config = configs.get(spec.name());
      if (description == null || config == null) {
        wrong.add("topic " + spec.name() + " is missing");
        continue;
      }
      int partitions = description.partitions().size();
      if (partitions != spec.partitions()) {
        wrong.add(
            "topic %s has %d partitions, configured are %d"
                .formatted(spec.name(), partitions, spec.partitions()));
      }
      int copies =
          description.partitions().stream()
              .mapToInt(partition -> partition.replicas().size())
              .min()
              .orElse(0);
      if (copies < spec.replication()) {
        wrong.add(
            "topic %s has %d copies of its partitions, configured are %d (--replication)"
                .formatted(spec.name(), copies, spec.replication()));
      }
      for (Map.Entry<String, String> setting : spec.configs().entrySet()) {
        String actual = value(config, setting.getKey());
        if (setting.getKey().equals(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG)) {
          if (!setting.getValue().equals(actual)) {
            changeFlush(spec.name(), setting.getValue());
          }
        } else if (!satisfies(setting.getKey(), actual, setting.getValue())) {
          wrong.add(
              "topic %s has %s=%s, needed is %s"
                  .formatted(spec.name(), setting.getKey(), actual, setting.getValue()));
        }
      }
    }
    if (!wrong.isEmpty()) {
      throw new TopicMismatchException(String.join("; ", wrong));
    }
  }

  private static String value(Config config, String key) {
    ConfigEntry entry = config.get(key);
    return entry == null ? "unset" : entry.value();
  }

  private static boolean satisfies(String key, String actual, String wanted) {
    return AT_LEAST.contains(key)
        ? Long.parseLong(actual) >= Long.parseLong(wanted)
        : wanted.equals(actual);
  }

  /** Durability is chosen anew at each start of an embedded broker; the topic follows. */
  private void changeFlush(String topic, String value)
      throws InterruptedException, ExecutionException {
    var entry = new ConfigEntry(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, value);
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }
}
