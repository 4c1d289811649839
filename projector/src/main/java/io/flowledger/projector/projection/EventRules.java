package io.flowledger.projector.projection;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.Idempotency;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.schemas.DotName;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.EventNumbers;
import io.flowledger.schemas.Identifier;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What an event has to keep to, whoever has written it, whatever else is in the log. The service
 * refuses requests that would make any other; they come from those who append to the topic
 * themselves. The rules are the same for ever and everywhere: they do not look at what a server is
 * configured to.
 */
final class EventRules {

  /** The longest name that a server can be configured to take, in characters. */
  static final int LONGEST_NAME = 10_000;

  /** What the index of positions has room for: the year 6429 in milliseconds. */
  static final long LAST_MOMENT = (1L << 47) - 1;

  /** What this service writes as {@code written_by}, before its version. */
  private static final String SERVICE = "flowledger/";

  private static final int LONGEST_SHOWN = 255;
  private static final int SHOWN = 40;

  private EventRules() {}

  /**
   * Why an event cannot even be noted in the history of its flow: it has no place in any listing.
   */
  static Optional<String> breachOfPlace(Envelope event) {
    if (isUnusable(event.flowId())) {
      return unusable(event.flowId());
    }
    if (isNoMoment(event.tsEpoch())) {
      return Optional.of(noMoment("ts_epoch", event.tsEpoch()));
    }
    Envelope.About about = event.kind().about();
    if (about != Envelope.About.FLOW && !EventNumbers.isUsable(event.runNumber())) {
      return EventNumbers.refusal("runs", event.runNumber());
    }
    return about == Envelope.About.TASK
        ? EventNumbers.refusal("tasks", event.taskId())
        : Optional.empty();
  }

  /** Why an event that is noted in the history changes nothing. */
  static Optional<String> breachOfContent(SpecificRecord event, Envelope envelope) {
    String step = envelope.stepName();
    if (step != null && isUnusable(step)) {
      return unusable(step);
    }
    Optional<String> unreachable = breachOfPath(event, envelope);
    if (unreachable.isPresent()) {
      return unreachable;
    }
    Idempotency idempotency = envelope.idempotency();
    if (idempotency != null && isUnusable(idempotency.getKey())) {
      return unusable(idempotency.getKey());
    }
    if (event instanceof MetadataRecorded metadata) {
      return ofMetadata(metadata);
    }
    if (event instanceof ArtifactsRecorded artifacts) {
      return ofArtifacts(artifacts);
    }
    if (event instanceof TaskRegistered task) {
      return ofTaskName(task.getTaskName())
          .or(() -> ofRegistration(task.getTaskName(), task.getHeartbeatTs()));
    }
    if (event instanceof RunRegistered run) {
      return ofRunId(run.getRunId()).or(() -> ofRegistration(run.getRunId(), run.getHeartbeatTs()));
    }
    return Optional.empty();
  }

  /**
   * Why an event registers what no URL can name. Versions of the service up to 0.1 have taken such
   * names, and what they have acknowledged stays what it is; none takes them any more, so it is the
   * events of others that break this.
   */
  private static Optional<String> breachOfPath(SpecificRecord event, Envelope envelope) {
    if (envelope.writtenBy().startsWith(SERVICE)) {
      return Optional.empty();
    }
    if (event instanceof FlowRegistered) {
      return ofPath(envelope.flowId());
    }
    if (event instanceof RunRegistered run) {
      return ofPath(run.getRunId());
    }
    if (event instanceof StepRegistered step) {
      return ofPath(step.getStepName());
    }
    if (event instanceof TaskRegistered task) {
      return ofPath(task.getTaskName());
    }
    return event instanceof ArtifactsRecorded artifacts
        ? artifacts.getEntries().stream()
            .map(ArtifactEntry::getName)
            .filter(DotName::is)
            .findFirst()
            .flatMap(EventRules::unusable)
        : Optional.empty();
  }

  private static Optional<String> ofPath(@Nullable String name) {
    return name != null && DotName.is(name) ? unusable(name) : Optional.empty();
  }

  private static Optional<String> ofMetadata(MetadataRecorded event) {
    for (MetadataEntry entry : event.getEntries()) {
      if (!EventNumbers.isUsable(entry.getId())) {
        return EventNumbers.refusal("metadata", entry.getId());
      }
      if (isNoPartOfAKey(entry.getFieldName())) {
        return unusable(entry.getFieldName());
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ofArtifacts(ArtifactsRecorded event) {
    for (ArtifactEntry entry : event.getEntries()) {
      if (isNoPartOfAKey(entry.getName())) {
        return unusable(entry.getName());
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ofRunId(@Nullable String name) {
    return name != null && Identifier.isNumber(name) ? unusable(name) : Optional.empty();
  }

  /**
   * Digits may be the name of a task within its step, as Metaflow numbers the tasks of local runs,
   * but only written as a number is: nobody would find {@code 007}.
   */
  private static Optional<String> ofTaskName(@Nullable String name) {
    return name != null
            && Identifier.isNumber(name)
            && !Identifier.parse(name).toString().equals(name)
        ? unusable(name)
        : Optional.empty();
  }

  private static Optional<String> ofRegistration(@Nullable String name, @Nullable Long heartbeat) {
    if (name != null && isUnusable(name)) {
      return unusable(name);
    }
    return heartbeat != null && isNoMoment(heartbeat)
        ? Optional.of(noMoment("heartbeat_ts", heartbeat))
        : Optional.empty();
  }

  private static boolean isUnusable(String name) {
    return name.isEmpty() || isNoPartOfAKey(name);
  }

  private static boolean isNoPartOfAKey(String name) {
    return name.indexOf('\0') >= 0
        || (name.length() > LONGEST_NAME && name.codePointCount(0, name.length()) > LONGEST_NAME);
  }

  private static Optional<String> unusable(String name) {
    return Optional.of(
        "not usable as a name%s: '%s'"
            .formatted(
                name.length() > LONGEST_NAME ? ", of " + name.length() + " characters" : "",
                shown(name).replace("\0", "\\0")));
  }

  /** So much of a name as a reason has room for: it is kept in views and in headers. */
  static String shown(String name) {
    return name.length() > LONGEST_SHOWN ? name.substring(0, SHOWN) + "..." : name;
  }

  /** Whether a time is before 1970 or beyond all calendars, in whichever unit. */
  static boolean isNoMoment(long time) {
    return time < 0 || time > LAST_MOMENT;
  }

  static String noMoment(String field, long time) {
    return "%s is from 0 to %d, not %d".formatted(field, LAST_MOMENT, time);
  }
}
