package io.flowledger.deploy.server;

import io.flowledger.deploy.acknowledged.Acknowledged;
import io.flowledger.deploy.acknowledged.Acknowledger;
import io.flowledger.deploy.acknowledged.FolderCheck;
import io.flowledger.deploy.acknowledged.IndexFiles;
import io.flowledger.deploy.acknowledged.LogCheck;
import io.flowledger.deploy.acknowledged.NodeFile;
import io.flowledger.deploy.acknowledged.PartitionNames;
import io.flowledger.deploy.acknowledged.SpareFiles;
import io.flowledger.deploy.acknowledged.StrayFiles;
import io.flowledger.deploy.acknowledged.Witness;
import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.projector.ViewedLog;
import io.flowledger.schemas.Position;
import io.flowledger.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/**
 * The log in a data folder, held against what the folder has acknowledged: first its files, before
 * Kafka starts on them, then what Kafka makes of them. A start on less is refused, unless whoever
 * starts accepts the loss. From then on, what is acknowledged is noted.
 */
public final class KeptLog implements AutoCloseable {

  private final DataFolder data;
  private final String topicPrefix;
  private final Optional<Acknowledged> known;
  private final Acknowledger acknowledger;
  private final boolean complete;

  private KeptLog(DataFolder data, Topics topics, Optional<Acknowledged> known, boolean complete) {
    this.complete = complete;
    this.data = data;
    this.topicPrefix = topics.prefix();
    this.known = known;
    this.acknowledger = new Acknowledger(data.acknowledged(), data.kafka(), topics, known);
  }

  /**
   * What the log in the folder lacks, in words; empty when it has all. Nothing is changed.
   *
   * @param topicPrefix what the names of its topics start with
   * @throws StartException when the folder cannot be read
   */
  public static List<String> lacks(DataFolder data, String topicPrefix) {
    try {
      return findings(data, topicPrefix, false).all();
    } catch (IOException e) {
      throw unreadable(data, e);
    }
  }

  private static FolderCheck.Findings findings(
      DataFolder data, String topicPrefix, boolean everything) throws IOException {
    List<Witness> witnesses =
        ViewedLog.in(data.views(), topicPrefix).stream()
            .map(seen -> witness(seen, topicPrefix))
            .toList();
    return FolderCheck.of(
        data.kafka(), data.acknowledged().read(), witnesses, data.views(), everything);
  }

  private static Witness witness(ViewedLog seen, String topicPrefix) {
    boolean events = seen.log() == Position.Log.EVENTS;
    return new Witness(
        events ? Topics.events(topicPrefix) : Topics.heartbeats(topicPrefix),
        seen.partition(),
        seen.topic(),
        seen.applied(),
        events);
  }

  /**
   * Holds the files against what has been acknowledged.
   *
   * @throws StartException when they lack something, and that is not accepted
   */
  static KeptLog check(
      DataFolder data, Topics topics, KafkaConfig.Embedded kafka, Consumer<String> progress) {
    try {
      Optional<Acknowledged> known = data.acknowledged().read();
      boolean isNew = !Files.isDirectory(data.kafka());
      if (known.isEmpty() && !isNew) {
        progress.accept("reading the log once, since nothing says how far it goes");
      }
      // Where a loss is accepted, Kafka reads everything, and cuts off what it cannot read.
      FolderCheck.Findings findings = findings(data, topics.prefix(), kafka.acceptLoss());
      boolean toDisk = kafka.durability() == KafkaConfig.Durability.DISK;
      List<String> lacks = toDisk ? findings.all() : findings.lacks();
      if (!lacks.isEmpty() && !kafka.acceptLoss()) {
        throw refused(data, lacks);
      }
      findings.all().forEach(lack -> progress.accept("going on although " + lack));
      if (!lacks.isEmpty()) {
        data.keepViews().ifPresent(kept -> progress.accept("the views are kept in " + kept));
      }
      if (kafka.acceptLoss()) {
        SpareFiles.distrust(data.kafka());
      }
      mend(data, known.filter(all -> lacks.isEmpty()), progress);
      boolean complete = lacks.isEmpty() && (isNew || known.isPresent());
      return new KeptLog(data, topics, known.filter(acknowledged -> !kafka.acceptLoss()), complete);
    } catch (IOException e) {
      throw unreadable(data, e);
    }
  }

  /**
   * Makes Kafka able to start on a folder that is to be copied.
   *
   * @throws StartException when the folder lacks something: a copy would have less, and not say so
   */
  public static void prepareCopy(DataFolder data, String topicPrefix, Consumer<String> progress) {
    List<String> lacks = lacks(data, topicPrefix);
    if (!lacks.isEmpty()) {
      throw new StartException(
          "%s lacks what it has acknowledged: %s. To copy what is left, start a server on it with --accept-loss first"
              .formatted(data, String.join("; ", lacks)));
    }
    mend(data, progress);
  }

  /**
   * Sets aside what Kafka would end at, or take for a part of the log, when it starts on a folder
   * that lacks nothing.
   *
   * @param progress is told what it is
   * @throws StartException when that fails
   */
  public static void mend(DataFolder data, Consumer<String> progress) {
    try {
      mend(data, data.acknowledged().read(), progress);
    } catch (IOException e) {
      throw unreadable(data, e);
    }
  }

  private static void mend(DataFolder data, Optional<Acknowledged> known, Consumer<String> progress)
      throws IOException {
    List<String> strays = new ArrayList<>(data.acknowledged().setStrangersAside(data.damaged()));
    strays.addAll(StrayFiles.setAside(data.kafka(), data.damaged(), known));
    if (!strays.isEmpty()) {
      progress.accept(
          "not of the log, and set aside in %s: %s"
              .formatted(data.damaged(), String.join(", ", strays)));
    }
    if (new NodeFile(data.kafka()).mend(known)) {
      progress.accept("made meta.properties of " + data.kafka() + " again");
    }
    PartitionNames.mend(data.kafka());
    IndexFiles indexes = IndexFiles.of(data.kafka(), data.noteOfIndexes());
    List<String> spare = SpareFiles.setAside(data.kafka(), data.damaged(), indexes);
    if (!spare.isEmpty()) {
      progress.accept(
          "%s of Kafka are damaged, and are made again; the old ones are in %s"
              .formatted(String.join(", ", spare), data.damaged()));
    }
    IndexFiles.note(data.kafka(), data.noteOfIndexes());
  }

  /**
   * Holds the log, as Kafka has it, against what has been acknowledged.
   *
   * @throws StartException when it lacks something
   */
  void check(Admin admin) {
    known
        .map(acknowledged -> LogCheck.lacks(admin, acknowledged))
        .filter(lacks -> !lacks.isEmpty())
        .ifPresent(
            lacks -> {
              throw refused(data, lacks);
            });
  }

  /**
   * What it lacks, where a fault of whoever has read it is for that: a start reads what may have
   * changed since it was acknowledged, and disks forget also what has not. Reads everything; Kafka
   * has ended.
   */
  Optional<StartException> explanation(Throwable fault) {
    if (Stream.iterate(fault, Objects::nonNull, Throwable::getCause)
        .noneMatch(KafkaException.class::isInstance)) {
      return Optional.empty();
    }
    try {
      List<String> lacks = findings(data, topicPrefix, true).all();
      return lacks.isEmpty() ? Optional.empty() : Optional.of(refused(data, lacks));
    } catch (IOException e) {
      return Optional.of(unreadable(data, e));
    }
  }

  /** Whether it is known that nothing is missing. */
  boolean isComplete() {
    return complete;
  }

  /** The log is as it has to be: from here on, how far it goes is noted. */
  void begin() {
    acknowledger.begin();
  }

  private static StartException refused(DataFolder data, List<String> lacks) {
    return new StartException(
        "%s lacks what it has acknowledged: %s. Nothing was changed. Put back a good copy%s; or go on with what is left by --accept-loss"
            .formatted(data, String.join("; ", lacks), copies(data)));
  }

  /** Where Kafka may have put what it did not know any more. */
  private static String copies(DataFolder data) {
    if (!Files.isDirectory(data.kafka())) {
      return ", for example from a backup";
    }
    try (Stream<Path> folders = Files.list(data.kafka())) {
      List<String> strays =
          folders
              .map(folder -> folder.getFileName().toString())
              .filter(name -> name.matches(".*-(stray|delete|future)"))
              .sorted()
              .toList();
      return strays.isEmpty()
          ? ", for example from a backup"
          : " (it may be in %s of %s, or in a backup)"
              .formatted(String.join(", ", strays), data.kafka());
    } catch (IOException e) {
      throw unreadable(data, e);
    }
  }

  private static StartException unreadable(DataFolder data, IOException e) {
    return new StartException("cannot read the data folder " + data + ": " + e, e);
  }

  /** Kafka has ended. */
  @Override
  public void close() {
    acknowledger.close();
    IndexFiles.note(data.kafka(), data.noteOfIndexes());
  }
}
