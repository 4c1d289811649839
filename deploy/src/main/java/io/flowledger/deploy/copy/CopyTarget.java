package io.flowledger.deploy.copy;

import io.flowledger.schemas.topic.TopicProvisioner;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;

/** The target of a copy: its topics are made, or refused where they have anything else. */
final class CopyTarget {

  private final LogSide target;
  private final List<CopiedTopic> topics;
  private final CopyAppender appender;

  /**
   * @param topics that are copied
   */
  CopyTarget(LogSide target, List<CopiedTopic> topics, CopyAppender appender) {
    this.target = target;
    this.topics = topics;
    this.appender = appender;
  }

  /** The journal of this very copy; a new one only where the target is empty. */
  CopyJournal open(CopyJournal.Identity identity) {
    CopyJournal journal = CopyJournal.open(target, appender);
    Optional<CopyJournal.Identity> before = journal.identity();
    TopicProvisioner provisioner = new TopicProvisioner(target.admin());
    if (before.isEmpty()) {
      refuseContent();
      provisioner.provision(List.of(target.place().topics().copy()));
      provisioner.provision(target.place().topics());
      refuseOtherTimes();
      journal.begin(identity);
      return journal;
    }
    if (!before.get().source().equals(identity.source())) {
      throw new CopyFailure(
          "%s has a copy of another log; choose other topics with --to-topic-prefix, or delete them"
              .formatted(target.place().name()));
    }
    if (before.get().partitions() != identity.partitions()) {
      throw new CopyFailure(
          "the copy at %s was begun with --partitions %d; go on with that, or delete its topics"
              .formatted(target.place().name(), before.get().partitions()));
    }
    provisioner.provision(target.place().topics());
    refuseUse(journal);
    return journal;
  }

  private void refuseContent() {
    for (CopiedTopic topic : topics) {
      String name = topic.name(target.place().topics());
      int partitions = target.describe(name).map(found -> found.partitions().size()).orElse(0);
      if (Arrays.stream(target.ends(name, partitions)).anyMatch(end -> end > 0)) {
        throw new CopyFailure(
            "%s has other content: topic %s is not empty. %s"
                .formatted(
                    target.place().name(),
                    name,
                    topic == CopiedTopic.SCHEMAS
                        ? "Name another one with --to-schemas-topic"
                        : "Name other topics with --to-topic-prefix, or delete this one"));
      }
    }
  }

  private void refuseOtherTimes() {
    for (CopiedTopic topic : topics) {
      String name = topic.name(target.place().topics());
      String type = target.setting(name, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);
      if (!"CreateTime".equals(type)) {
        throw new CopyFailure(
            "topic %s of %s has %s=%s, which changes the times of records; set CreateTime"
                .formatted(
                    name, target.place().name(), TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, type));
      }
    }
  }

  /** What was complete and has grown since is a log of its own. */
  private void refuseUse(CopyJournal journal) {
    Map<CopiedTopic, List<Long>> complete = journal.complete().orElse(Map.of());
    complete.forEach(
        (topic, ends) -> {
          String name = topic.name(target.place().topics());
          if (!CopyStep.list(target.ends(name, ends.size())).equals(ends)) {
            throw new CopyFailure(
                ("the copy at %s was complete, and is in use since: topic %s has changed."
                        + " Nothing more can be copied to it")
                    .formatted(target.place().name(), name));
          }
        });
  }
}
