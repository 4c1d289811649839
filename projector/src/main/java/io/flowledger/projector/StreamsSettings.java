package io.flowledger.projector;

import io.flowledger.projector.log.RecordTime;
import io.flowledger.projector.streams.KeylessRecords;
import io.flowledger.projector.streams.PollEnd;
import io.flowledger.projector.streams.StickyAssignor;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Settings of Kafka Streams for the views: few partitions, all written by one thread, at once. */
final class StreamsSettings {

  private static final int COMMIT_INTERVAL_MS = 500;
  private static final int COMMIT_INTERVAL_BESIDE_OTHERS_MS = 100;
  private static final int HEARTBEAT_BESIDE_OTHERS_MS = 250;
  private static final long ACCEPTABLE_RECOVERY_LAG = 10_000;
  private static final int MAX_WARMUP_REPLICAS = 4;
  private static final int MAX_POLL_INTERVAL_MS = 60_000;
  private static final int HEARTBEATS_PER_SESSION = 3;
  private static final long PATIENCE_MS = Duration.ofDays(1000).toMillis();
  private static final int OPERATING_SYSTEM_BUFFER = -1;
  private static final int RESTORE_FETCH_WAIT_MS = 50;
  private static final int RESTORE_FETCH_BYTES = 1 << 20;

  private StreamsSettings() {}

  /**
   * @param ends is told what each poll of the consumer ends with
   */
  static Properties of(ProjectorConfig config, PollEnd.Ends ends) {
    Map<String, Object> map = new HashMap<>(config.clients());
    map.put(StreamsConfig.APPLICATION_ID_CONFIG, config.group());
    map.put(StreamsConfig.APPLICATION_SERVER_CONFIG, config.applicationServer());
    map.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
    map.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    map.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    map.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MS);
    // The two topics of a task are independent: never wait for one before processing the other.
    map.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    map.put(StreamsConfig.POLL_MS_CONFIG, 100);
    // While a broker is away the views stay open and are read.
    map.putIfAbsent(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, PATIENCE_MS);
    map.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, RecordTime.class);
    map.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
        PollEnd.class.getName());
    map.put(StreamsConfig.mainConsumerPrefix(PollEnd.ENDS_CONFIG), ends);
    map.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
        config.instanceId());
    int session = Math.toIntExact(config.sessionTimeout().toMillis());
    map.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), session);
    map.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        session / HEARTBEATS_PER_SESSION);
    map.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    map.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.RECEIVE_BUFFER_CONFIG),
        OPERATING_SYSTEM_BUFFER);
    map.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.SEND_BUFFER_CONFIG), OPERATING_SYSTEM_BUFFER);
    map.put(
        StreamsConfig.restoreConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
        KeylessRecords.class.getName());
    // It is given partitions one after another, and each time waits out its last fetch first.
    map.put(
        StreamsConfig.restoreConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG),
        RESTORE_FETCH_WAIT_MS);
    // Else a standby fetches and writes record by record what its owner has written at once.
    map.put(
        StreamsConfig.restoreConsumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG),
        RESTORE_FETCH_BYTES);
    map.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        config.topics().maxMessageBytes() * 2);
    config.others().ifPresent(others -> map.putAll(beside(others, config)));
    Properties properties = new Properties();
    properties.putAll(map);
    return properties;
  }

  /**
   * A standby view is as far as the group has committed, so commits are frequent: what it has not
   * applied is what it has to catch up when it takes over.
   */
  private static Map<String, Object> beside(ProjectorConfig.Others others, ProjectorConfig config) {
    Map<String, Object> map = new HashMap<>();
    map.put(StreamsConfig.CLIENT_ID_CONFIG, config.clientId());
    map.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, others.standbyReplicas());
    map.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_BESIDE_OTHERS_MS);
    map.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, ACCEPTABLE_RECOVERY_LAG);
    map.put(StreamsConfig.MAX_WARMUP_REPLICAS_CONFIG, MAX_WARMUP_REPLICAS);
    map.put(StreamsConfig.TASK_ASSIGNOR_CLASS_CONFIG, StickyAssignor.class.getName());
    // The others are told of a member that has gone with their next heartbeat.
    map.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        HEARTBEAT_BESIDE_OTHERS_MS);
    map.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG),
        MAX_POLL_INTERVAL_MS);
    if (!others.zone().isEmpty()) {
      map.put(StreamsConfig.CLIENT_TAG_PREFIX + StickyAssignor.ZONE, others.zone());
      map.put(StreamsConfig.RACK_AWARE_ASSIGNMENT_TAGS_CONFIG, StickyAssignor.ZONE);
      map.put(StreamsConfig.consumerPrefix(ConsumerConfig.CLIENT_RACK_CONFIG), others.zone());
    }
    return map;
  }
}
