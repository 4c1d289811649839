package io.flowledger.deploy.acknowledged;

import io.flowledger.deploy.acknowledged.Acknowledged.Extent;
import io.flowledger.deploy.acknowledged.Acknowledged.Topic;
import io.flowledger.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes how far the log of an embedded Kafka goes, at intervals and at the stop. It looks at the
 * files, and sees to it that they are on disk before it says so; no write waits for it.
 */
public final class Acknowledger implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Acknowledger.class);
  private static final long FIRST_S = 2; // a start has other things to do
  private static final long INTERVAL_S = 10;
  private static final long STOP_LIMIT_S = 5;

  private final AcknowledgedFile file;
  private final Path kafka;
  private final Topics topics;
  private Optional<Acknowledged> known;
  private boolean failing;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "acknowledged");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean begun;

  /**
   * @param kafka folder of the embedded Kafka
   * @param known what the file says already, and still is so
   */
  public Acknowledger(
      AcknowledgedFile file, Path kafka, Topics topics, Optional<Acknowledged> known) {
    this.file = file;
    this.kafka = kafka;
    this.topics = topics;
    this.known = known;
  }

  /** From here on the log is as it has to be; returns at once. */
  public void begin() {
    begun = true;
    clock.scheduleWithFixedDelay(() -> note(false), FIRST_S, INTERVAL_S, TimeUnit.SECONDS);
  }

  /** To be called when Kafka has ended: what it has written last is noted too. */
  @Override
  public void close() {
    clock.shutdown();
    try {
      if (!clock.awaitTermination(STOP_LIMIT_S, TimeUnit.SECONDS)) {
        LOG.warn("the disk is slow: what was written last is not noted");
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (begun) {
      note(true);
    }
  }

  private synchronized void note(boolean atStop) {
    try {
      Acknowledged now = now();
      boolean news =
          known.map(before -> atStop ? !before.equals(now) : !sameTopics(before, now)).orElse(true);
      if (news) {
        file.write(now);
        known = Optional.of(now);
      }
      failing = false;
    } catch (IOException | RuntimeException | Error e) {
      // Kafka may have deleted a file meanwhile; the next time will tell.
      if (failing) {
        LOG.warn("cannot note how far the log goes: {}", e.toString());
      }
      failing = true;
    }
  }

  private static boolean sameTopics(Acknowledged before, Acknowledged now) {
    return before.withoutMetadata().equals(now.withoutMetadata());
  }

  private Acknowledged now() throws IOException {
    SortedMap<String, Topic> all = new TreeMap<>();
    for (Topics.Spec spec : topics.all()) {
      boolean whole =
          TopicConfig.CLEANUP_POLICY_DELETE.equals(
              spec.configs().get(TopicConfig.CLEANUP_POLICY_CONFIG));
      all.put(spec.name(), topic(spec.name(), spec.partitions(), whole));
    }
    all.put(Acknowledged.METADATA, topic(Acknowledged.METADATA, 1, false));
    return new Acknowledged(new NodeFile(kafka).read(), all);
  }

  private Topic topic(String name, int partitions, boolean whole) throws IOException {
    SortedMap<Integer, Extent> extents = new TreeMap<>();
    Optional<Uuid> id = Optional.empty();
    for (int partition = 0; partition < partitions; partition++) {
      Path path = kafka.resolve(name + "-" + partition);
      if (!Files.isDirectory(path)) {
        throw new IOException("there is no " + path);
      }
      PartitionFolder folder = new PartitionFolder(path);
      Optional<Extent> before = known(name, partition);
      Extent now = folder.extent(whole, before);
      extents.put(partition, before.filter(last -> last.end() > now.end()).orElse(now));
      id = folder.topicId();
    }
    return new Topic(
        id.orElseThrow(() -> new IOException("the topic " + name + " has no identifier")),
        whole,
        extents);
  }

  private Optional<Extent> known(String topic, int partition) {
    return known.flatMap(all -> all.extent(topic, partition));
  }
}
