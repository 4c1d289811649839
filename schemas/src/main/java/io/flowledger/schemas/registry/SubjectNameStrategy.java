package io.flowledger.schemas.registry;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/** Subjects that the schemas of a topic's values are registered under: Confluent's three ways. */
public enum SubjectNameStrategy {
  /** One type of record a topic: {@code topic-value}. */
  TOPIC("TopicNameStrategy") {
    @Override
    public String subject(String topic, Schema schema) {
      return topic + "-value";
    }
  },
  /** One subject a type of record, whatever the topic. */
  RECORD("RecordNameStrategy") {
    @Override
    public String subject(String topic, Schema schema) {
      return schema.getFullName();
    }
  },
  /** Several types of records share a topic. */
  TOPIC_RECORD("TopicRecordNameStrategy") {
    @Override
    public String subject(String topic, Schema schema) {
      return topic + "-" + schema.getFullName();
    }
  };

  private static final String PACKAGE = "io.confluent.kafka.serializers.subject.";

  private final String className;

  SubjectNameStrategy(String className) {
    this.className = className;
  }

  public abstract String subject(String topic, Schema schema);

  /**
   * By the name of Confluent's class.
   *
   * @param className with or without its package
   * @throws IllegalArgumentException when there is none of that name
   */
  public static SubjectNameStrategy of(String className) {
    String shortName =
        className.startsWith(PACKAGE) ? className.substring(PACKAGE.length()) : className;
    return Arrays.stream(values())
        .filter(strategy -> strategy.className.equals(shortName))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is none of %s"
                        .formatted(
                            className,
                            Arrays.stream(values())
                                .map(strategy -> strategy.className)
                                .collect(Collectors.joining(", ")))));
  }
}
