package io.flowledger.deploy.copy;

import io.flowledger.projector.chain.PartitionHead;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.topic.TopicProvisioner;
import io.flowledger.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The copy of a whole log to other topics, with another number of partitions. All steps are in a
 * {@linkplain CopyJournal journal} before they are begun, so a copy that was cut off goes on, and
 * one whose source has grown meanwhile is brought up to it. At its end, source and target are
 * compared from their beginnings.
 */
public final class LogCopy {

  /**
   * What bounds a copy, and how it writes.
   *
   * @param stepOffsets offsets of a step
   * @param mostGroups keys that are compared at a time
   * @param settled time in which what a copy before has sent comes to be seen
   * @param appender connects to the target
   */
  record Means(
      long stepOffsets,
      int mostGroups,
      Duration settled,
      Function<CopyPlace, CopyAppender> appender) {
    static final Means DEFAULT =
        new Means(200_000, 100_000, Duration.ofSeconds(1), CopyAppender::connect);
  }

  /**
   * What became of a copy.
   *
   * @param results what was compared, by topic
   * @param complete whether the target has all that the source had, and nobody adds to the source
   * @param served whether servers still are on the source
   * @param sourceHeads heads of the hash chains of the source
   * @param targetHeads those of the target
   */
  public record Outcome(
      List<String> results,
      List<String> differences,
      boolean complete,
      boolean served,
      List<PartitionHead> sourceHeads,
      List<PartitionHead> targetHeads) {}

  /** Says whether servers still are on the source; waits for those that are just ending. */
  interface Quiet {
    boolean isServed(LogSide source);
  }

  private final CopyPlace from;
  private final CopyPlace to;
  private final Supplier<SchemaRegistry> registry;
  private final boolean schemasElsewhere;
  private final Quiet quiet;
  private final Means means;
  private final Consumer<String> lines;

  /**
   * @param from whose partitions and sizes are found out
   * @param to with as many partitions as the copy is to have
   * @param registry opens the registry of the source
   * @param schemasElsewhere whether schemas are not in a topic of the source
   * @param quiet says whether servers still are on the source
   * @param means that it has
   * @param lines is told what is being done, a line at a time
   */
  LogCopy(
      CopyPlace from,
      CopyPlace to,
      Supplier<SchemaRegistry> registry,
      boolean schemasElsewhere,
      Quiet quiet,
      Means means,
      Consumer<String> lines) {
    this.from = from;
    this.to = to;
    this.registry = registry;
    this.schemasElsewhere = schemasElsewhere;
    this.quiet = quiet;
    this.means = means;
    this.lines = lines;
  }

  /** Whether there is a copy to topics with that prefix that is not complete. Blocks. */
  public static boolean isUnfinished(Map<String, Object> clients, String topicPrefix) {
    return CopyJournal.isUnfinished(clients, topicPrefix);
  }

  /** Of a folder, which nobody else has open. */
  public static LogCopy ofFolder(
      CopyPlace from,
      CopyPlace to,
      Supplier<SchemaRegistry> registry,
      boolean schemasElsewhere,
      Consumer<String> lines) {
    return new LogCopy(from, to, registry, schemasElsewhere, source -> false, Means.DEFAULT, lines);
  }

  /** Of a cluster, which servers may be on. */
  public static LogCopy ofCluster(
      CopyPlace from,
      CopyPlace to,
      Supplier<SchemaRegistry> registry,
      boolean schemasElsewhere,
      Consumer<String> lines) {
    return new LogCopy(
        from,
        to,
        registry,
        schemasElsewhere,
        new LeavingServers(lines)::stay,
        Means.DEFAULT,
        lines);
  }

  /**
   * Copies what is missing, and compares. Blocks until that is done.
   *
   * @throws CopyFailure when it cannot be done
   */
  public Outcome run() {
    try (LogSide source = new LogSide(found(from));
        LogSide target = new LogSide(sized(to, source));
        CopyAppender appender = means.appender().apply(target.place());
        SchemaRegistry schemas = registry.get()) {
      return new Run(source, target, appender, new EventSerde(schemas)).run();
    } catch (KafkaException e) {
      throw new CopyFailure(
          "the copy was cut off: %s. Copy again to go on from there".formatted(e.getMessage()), e);
    } catch (TopicProvisioner.TopicMismatchException | SchemaRegistry.SchemaRegistryException e) {
      throw new CopyFailure(String.valueOf(e.getMessage()), e);
    }
  }

  /** The source with the partitions and sizes that it has. */
  private static CopyPlace found(CopyPlace place) {
    Topics topics = place.topics();
    try (LogSide side = new LogSide(place)) {
      int partitions =
          side.describe(topics.events())
              .map(TopicDescription::partitions)
              .map(List::size)
              .orElseThrow(
                  () ->
                      new CopyFailure(
                          "there is no log at %s: it has no topic %s; see --topic-prefix"
                              .formatted(place.name(), topics.events())));
      for (CopiedTopic topic : CopiedTopic.values()) {
        if (side.describe(topic.name(topics)).isEmpty()) {
          throw new CopyFailure(
              "the log at %s is not whole: there is no topic %s"
                  .formatted(place.name(), topic.name(topics)));
        }
      }
      int largest =
          Integer.parseInt(side.setting(topics.events(), TopicConfig.MAX_MESSAGE_BYTES_CONFIG));
      return place.with(topics.with(partitions, largest));
    }
  }

  /** The target, for records as large as the source may have. */
  private static CopyPlace sized(CopyPlace place, LogSide source) {
    int largest =
        Math.max(place.topics().maxMessageBytes(), source.place().topics().maxMessageBytes());
    return place.with(place.topics().with(place.topics().partitions(), largest));
  }

  private final class Run {
    private final LogSide source;
    private final LogSide target;
    private final CopyAppender appender;
    private final CopyProgress progress = new CopyProgress(lines, System::nanoTime);
    private final SourceWalk walk;
    private final List<CopiedTopic> topics = new ArrayList<>();

    Run(LogSide source, LogSide target, CopyAppender appender, EventSerde serde) {
      this.source = source;
      this.target = target;
      this.appender = appender;
      this.walk =
          new SourceWalk(
              source,
              new CopyRouter(
                  source.place().topics().partitions(),
                  target.place().topics().partitions(),
                  serde),
              progress);
    }

    Outcome run() {
      String cluster = source.cluster();
      boolean sameCluster = cluster.equals(target.cluster());
      boolean sameSchemas = sameCluster && from.topics().schemas().equals(to.topics().schemas());
      if (sameCluster && from.topics().prefix().equals(to.topics().prefix())) {
        throw new CopyFailure(
            "source and target are the same log; name other topics with --to-topic-prefix");
      }
      for (CopiedTopic topic : CopiedTopic.values()) {
        if (topic != CopiedTopic.SCHEMAS || !(sameSchemas || schemasElsewhere)) {
          topics.add(topic);
        }
      }
      CopyJournal journal =
          new CopyTarget(target, topics, appender)
              .open(
                  new CopyJournal.Identity(
                      source.identity(topics), target.place().topics().partitions()));
      StepCopy steps = new StepCopy(source, target, walk, appender);
      Map<CopiedTopic, long[]> ends = ends();
      progress.begin("copied", missing(journal, ends));
      journal.last().ifPresent(step -> resume(step, journal, steps));
      for (int i = topics.size() - 1; i >= 0; i--) {
        copy(topics.get(i), ends, journal, steps);
      }
      return check(journal, ends);
    }

    private void resume(CopyStep step, CopyJournal journal, StepCopy steps) {
      target.awaitSettled(
          step.topic().name(target.place().topics()), step.starts().size(), means.settled());
      steps.copy(step, journal.steps(CopiedTopic.EVENTS));
    }

    private Map<CopiedTopic, long[]> ends() {
      Map<CopiedTopic, long[]> ends = new EnumMap<>(CopiedTopic.class);
      for (CopiedTopic topic : topics) {
        Topics of = source.place().topics();
        ends.put(topic, source.ends(topic.name(of), topic.partitions(of)));
      }
      return ends;
    }

    private long missing(CopyJournal journal, Map<CopiedTopic, long[]> ends) {
      long missing = journal.last().map(CopyStep::size).orElse(0L);
      for (CopiedTopic topic : topics) {
        missing +=
            Arrays.stream(ends.get(topic)).sum() - Arrays.stream(reached(topic, journal)).sum();
      }
      return missing;
    }

    /** Up to where the source is copied, or its beginning. */
    private long[] reached(CopiedTopic topic, CopyJournal journal) {
      List<CopyStep> steps = journal.steps(topic);
      if (!steps.isEmpty()) {
        return CopyStep.array(steps.get(steps.size() - 1).to());
      }
      Topics of = source.place().topics();
      String name = topic.name(of);
      long[] beginnings = source.beginnings(name, topic.partitions(of));
      for (int partition = 0; partition < beginnings.length; partition++) {
        if (beginnings[partition] > 0 && !topic.isCompacted()) {
          throw new CopyFailure(
              "%s-%d of %s begins at offset %d: records before it were deleted, so this is no whole log"
                  .formatted(name, partition, from.name(), beginnings[partition]));
        }
      }
      return beginnings;
    }

    private void copy(
        CopiedTopic topic, Map<CopiedTopic, long[]> ends, CopyJournal journal, StepCopy steps) {
      long[] end = Objects.requireNonNull(ends.get(topic));
      long[] at = reached(topic, journal);
      String name = topic.name(target.place().topics());
      while (!Arrays.equals(at, end)) {
        long most = Math.max(1, means.stepOffsets() / end.length);
        long[] begun = at;
        long[] next =
            IntStream.range(0, end.length)
                .mapToLong(partition -> Math.min(end[partition], begun[partition] + most))
                .toArray();
        if (IntStream.range(0, end.length).anyMatch(p -> next[p] < begun[p])) {
          throw new CopyFailure(
              "topic %s of %s has lost records that were copied"
                  .formatted(topic.name(source.place().topics()), from.name()));
        }
        CopyStep step =
            new CopyStep(
                topic,
                CopyStep.list(at),
                CopyStep.list(next),
                CopyStep.list(target.ends(name, topic.partitions(target.place().topics()))));
        journal.begin(step);
        steps.copy(step, journal.steps(CopiedTopic.EVENTS));
        at = next;
      }
    }

    private Outcome check(CopyJournal journal, Map<CopiedTopic, long[]> ends) {
      long all =
          topics.stream()
              .flatMap(topic -> journal.steps(topic).stream())
              .mapToLong(CopyStep::size)
              .sum();
      progress.begin("compared", 2 * all);
      LogCheck check = new LogCheck(source, target, walk, progress, means.mostGroups());
      List<String> results = new ArrayList<>();
      List<String> differences = new ArrayList<>();
      for (CopiedTopic topic : topics) {
        LogCheck.Result result = check.compare(topic, journal.steps(topic));
        results.add(result.toString());
        differences.addAll(result.differences());
      }
      boolean served = quiet.isServed(source);
      boolean grown =
          ends().entrySet().stream()
              .anyMatch(now -> !Arrays.equals(now.getValue(), ends.get(now.getKey())));
      boolean complete = differences.isEmpty() && !served && !grown;
      if (complete && journal.complete().isEmpty()) {
        journal.complete(targetEnds());
      }
      return new Outcome(
          results, differences, complete, served, check.sourceHeads(), check.targetHeads());
    }

    private Map<CopiedTopic, List<Long>> targetEnds() {
      Map<CopiedTopic, List<Long>> ends = new EnumMap<>(CopiedTopic.class);
      Topics of = target.place().topics();
      for (CopiedTopic topic : topics) {
        ends.put(topic, CopyStep.list(target.ends(topic.name(of), topic.partitions(of))));
      }
      return ends;
    }
  }
}
