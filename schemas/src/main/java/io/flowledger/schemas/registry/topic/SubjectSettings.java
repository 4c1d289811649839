package io.flowledger.schemas.registry.topic;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What is set for subjects, each or all of them: by us, or by another registry on the topic. */
public final class SubjectSettings {

  static final String WRITABLE = "READWRITE";

  private final Map<String, CompatibilityLevel> compatibility = new HashMap<>();
  private final Map<String, String> modes = new HashMap<>();

  SubjectSettings() {}

  /** What a subject's versions owe each other by a setting of its own. */
  public Optional<CompatibilityLevel> ownCompatibility(String subject) {
    return Optional.ofNullable(compatibility.get(subject));
  }

  /** What the versions owe each other of subjects that have no setting of their own. */
  public CompatibilityLevel defaultCompatibility() {
    return compatibility.getOrDefault(RegistryRecord.ALL, CompatibilityLevel.FULL_TRANSITIVE);
  }

  /** Whether a subject may be written, as {@code READWRITE}, by a setting of its own. */
  public Optional<String> ownMode(String subject) {
    return Optional.ofNullable(modes.get(subject));
  }

  /** Whether subjects may be written that have no setting of their own. */
  public String defaultMode() {
    return modes.getOrDefault(RegistryRecord.ALL, WRITABLE);
  }

  CompatibilityLevel compatibility(String subject) {
    return ownCompatibility(subject).orElse(defaultCompatibility());
  }

  String mode(String subject) {
    return ownMode(subject).orElse(defaultMode());
  }

  void fold(RegistryRecord.Compatibility set) {
    put(compatibility, set.subject(), set.level());
  }

  void fold(RegistryRecord.Mode set) {
    put(modes, set.subject(), set.mode());
  }

  private static <T> void put(Map<String, T> settings, String subject, Optional<T> setting) {
    setting.ifPresentOrElse(value -> settings.put(subject, value), () -> settings.remove(subject));
  }
}
