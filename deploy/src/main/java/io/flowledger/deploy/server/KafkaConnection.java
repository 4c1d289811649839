package io.flowledger.deploy.server;

import io.flowledger.schemas.topic.TopicProvisioner;
import io.flowledger.schemas.topic.TopicProvisioner.TopicMismatchException;
import io.flowledger.schemas.topic.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * The first contact with a cluster: what may pass is waited for, with a line now and then of what
 * it is; what will not ends at once, with what is to be done.
 */
public final class KafkaConnection {

  private static final Duration REPORT_EVERY = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final Duration CLOSE_LIMIT = Duration.ofMillis(200);
  private static final long PAUSE_MS = 250;

  private final Map<String, Object> clients;
  private final Duration timeout;
  private final Consumer<String> progress;
  private final long deadline;
  private long nextReport;

  private KafkaConnection(
      Map<String, Object> clients, Duration timeout, Consumer<String> progress) {
    this.clients = clients;
    this.timeout = timeout;
    this.progress = progress;
    long now = System.nanoTime();
    this.deadline = now + timeout.toNanos();
    this.nextReport = now + REPORT_EVERY.toNanos();
  }

  /** Something that is tried until it succeeds. */
  private interface Attempt {
    void run() throws ExecutionException, InterruptedException;
  }

  /**
   * Blocks until the cluster answers.
   *
   * @param clients settings of all Kafka clients: bootstrap servers, security
   * @throws StartException when it never will, or has not in that time
   */
  public static void await(
      Map<String, Object> clients, Duration timeout, Consumer<String> progress) {
    KafkaConnection connection = new KafkaConnection(clients, timeout, progress);
    connection.repeat(connection::ask);
  }

  /**
   * Blocks until the cluster has the topics.
   *
   * @throws StartException when it never will, or has not in that time
   * @throws TopicMismatchException when a topic is there that is not as it has to be
   */
  static void provision(
      Map<String, Object> clients, Topics topics, Duration timeout, Consumer<String> progress) {
    KafkaConnection connection = new KafkaConnection(clients, timeout, progress);
    connection.repeat(() -> connection.provision(topics));
  }

  private void ask() throws ExecutionException, InterruptedException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    DescribeClusterOptions limit =
        new DescribeClusterOptions()
            .timeoutMs(Math.toIntExact(Math.max(1, Math.min(left, ANSWER_LIMIT.toMillis()))));
    Admin admin = Admin.create(clients);
    try {
      admin.describeCluster(limit).nodes().get();
    } finally {
      admin.close(CLOSE_LIMIT);
    }
  }

  private void provision(Topics topics) throws ExecutionException {
    try (Admin admin = Admin.create(clients)) {
      new TopicProvisioner(admin).provision(topics);
    } catch (TopicMismatchException e) {
      if (e.getCause() == null) {
        throw e;
      }
      throw new ExecutionException(e.getMessage(), e.getCause());
    }
  }

  private void repeat(Attempt attempt) {
    while (true) {
      try {
        attempt.run();
        return;
      } catch (ExecutionException e) {
        wait(String.valueOf(e.getMessage()), e.getCause() == null ? e : e.getCause());
      } catch (KafkaException e) { // a client that cannot be made
        wait(String.valueOf(e.getMessage()), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StartException("interrupted", e);
      }
    }
  }

  /** Lets some time go by, if the failure may pass. */
  private void wait(String message, Throwable failure) {
    if (!mayPass(failure)) {
      throw new StartException(why(message, failure), failure);
    }
    long now = System.nanoTime();
    if (now >= deadline) {
      throw new StartException(
          "%s, for the %d s of --kafka-timeout (%s)%s"
              .formatted(
                  silence(failure),
                  timeout.toSeconds(),
                  reason(failure),
                  failure instanceof InvalidReplicationFactorException
                      ? ""
                      : "; check the address, and security.protocol in --kafka-property"),
          failure);
    }
    if (now >= nextReport) {
      nextReport = now + REPORT_EVERY.toNanos();
      progress.accept(
          "%s yet (%s), trying for %d s more"
              .formatted(
                  silence(failure),
                  reason(failure),
                  TimeUnit.NANOSECONDS.toSeconds(deadline - now)));
    }
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted", e);
    }
  }

  private static boolean mayPass(Throwable failure) {
    return failure instanceof RetriableException
        || failure instanceof InvalidReplicationFactorException // brokers that are still to come
        || isUnresolved(failure);
  }

  /** A name that is not known may be tomorrow's: of a broker that is being started. */
  private static boolean isUnresolved(Throwable failure) {
    Throwable cause = failure instanceof ConfigException ? failure : failure.getCause();
    return cause instanceof ConfigException
        && String.valueOf(cause.getMessage()).startsWith("No resolvable bootstrap urls");
  }

  private String silence(Throwable failure) {
    return failure instanceof InvalidReplicationFactorException
        ? "Kafka at " + servers() + " has too few brokers"
        : "no Kafka answers at " + servers();
  }

  private static String reason(Throwable failure) {
    if (isUnresolved(failure)) {
      return "the name is not known";
    }
    String message = String.valueOf(failure.getMessage());
    return failure instanceof InvalidReplicationFactorException
        ? message + " Use --replication 1 for one broker; the log is lost with its disk then"
        : message;
  }

  private String why(String message, Throwable failure) {
    if (failure instanceof AuthenticationException) {
      return ("Kafka at %s does not let us in: %s; check security.protocol, the certificates and"
              + " sasl.jaas.config in --kafka-property")
          .formatted(servers(), failure.getMessage());
    }
    if (failure instanceof AuthorizationException) {
      return ("Kafka at %s does not allow what is needed: %s; docs/operations.md lists what has to be"
              + " allowed")
          .formatted(servers(), failure.getMessage());
    }
    if (failure instanceof UnsupportedVersionException) {
      return "Kafka at %s is too old: %s".formatted(servers(), failure.getMessage());
    }
    return failure.getCause() == null || failure.getCause() == failure
        ? "Kafka at %s cannot be used: %s".formatted(servers(), message)
        : "Kafka at %s cannot be used: %s (%s)"
            .formatted(servers(), message, root(failure).getMessage());
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }

  private Object servers() {
    return String.valueOf(clients.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
  }
}
