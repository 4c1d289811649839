package io.flowledger.schemas.registry.topic;

import io.flowledger.schemas.registry.SchemaRefusedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the topic {@code _schemas} says, as the fold of its records: subjects, their versions, whose
 * number is which, and what new versions owe to earlier ones.
 *
 * <p>The first schema to take a number owns it, in whatever language it is, and the first to take a
 * version of a subject. Two schemas are the same when Avro writes them the same: white space does
 * not count, documentation and aliases do, as with Confluent's registry. For one thread at a time,
 * but for {@link #schema}.
 */
public final class SchemaCatalog {

  private static final Logger LOG = LoggerFactory.getLogger(SchemaCatalog.class);

  /** The key of a schema's record. */
  record Key(String subject, int version) {}

  private final SortedMap<String, SortedMap<Integer, SchemaRecord>> ownersBySubject =
      new TreeMap<>();
  private final Set<Key> unsettled = new LinkedHashSet<>();
  private final Map<Integer, SchemaRecord> firstById = new HashMap<>();
  private final Map<String, SchemaRecord> firstByGuid = new HashMap<>();
  private final Map<String, Integer> idsByCanonical = new HashMap<>();
  private final Map<Integer, Schema> parsedById = new ConcurrentHashMap<>();
  private final SubjectSettings settings = new SubjectSettings();

  // ---- asking ----------------------------------------------------------------------------------

  /**
   * The names of the subjects, in order.
   *
   * @param deleted whether those count that have deleted versions only
   */
  public List<String> subjects(boolean deleted) {
    return ownersBySubject.keySet().stream()
        .filter(subject -> !versions(subject, deleted).isEmpty())
        .toList();
  }

  /** The versions of a subject, the oldest first; none where there is no such subject. */
  public List<SchemaRecord> versions(String subject, boolean deleted) {
    return owners(subject).values().stream()
        .filter(version -> deleted || !version.deleted())
        .toList();
  }

  /** That version of a subject. */
  public Optional<SchemaRecord> version(String subject, int version, boolean deleted) {
    return Optional.ofNullable(owners(subject).get(version))
        .filter(found -> deleted || !found.deleted());
  }

  /** The latest version of a subject that is this schema. */
  public Optional<SchemaRecord> find(String subject, Schema schema, boolean deleted) {
    Integer id = idsByCanonical.get(canonical(schema));
    return id == null
        ? Optional.empty()
        : versions(subject, deleted).stream()
            .filter(version -> version.id() == id)
            .max(Comparator.comparingInt(SchemaRecord::version));
  }

  /** The first record with that number. */
  public Optional<SchemaRecord> byId(int id) {
    return Optional.ofNullable(firstById.get(id));
  }

  /** The first record with that {@link SchemaRecord#guid}. */
  public Optional<SchemaRecord> byGuid(String guid) {
    return Optional.ofNullable(firstByGuid.get(guid));
  }

  /** The versions of any subjects that are the schema with that number. */
  public List<SchemaRecord> versionsOf(int id, boolean deleted) {
    return all(deleted).filter(version -> version.id() == id).toList();
  }

  /** All versions of all subjects, by subject. */
  public Stream<SchemaRecord> all(boolean deleted) {
    return ownersBySubject.keySet().stream()
        .flatMap(subject -> versions(subject, deleted).stream());
  }

  /** The numbers of the schemas that use the types of that version. */
  public List<Integer> referencing(String subject, int version) {
    return all(false)
        .filter(
            user ->
                user.references().stream()
                    .anyMatch(used -> used.subject().equals(subject) && used.version() == version))
        .map(SchemaRecord::id)
        .distinct()
        .sorted()
        .toList();
  }

  /** The highest number that has been given away; 0 before the first. */
  public int highestId() {
    return highest(firstById.keySet());
  }

  /** What is set for subjects. */
  public SubjectSettings settings() {
    return settings;
  }

  /**
   * Why a schema cannot be the next version of a subject, in Confluent's words; empty if it can.
   */
  public List<String> incompatibilities(String subject, Schema candidate) {
    List<SchemaRecord> versions = new ArrayList<>(versions(subject, false));
    if (!settings.compatibility(subject).isTransitive() && !versions.isEmpty()) {
      versions.subList(0, versions.size() - 1).clear();
    }
    return incompatibilities(subject, candidate, versions);
  }

  /**
   * Why a schema cannot follow those versions of a subject, in Confluent's words: the latest that
   * it contradicts.
   */
  public List<String> incompatibilities(
      String subject, Schema candidate, List<SchemaRecord> versions) {
    CompatibilityLevel level = settings.compatibility(subject);
    for (int i = versions.size() - 1; i >= 0; i--) {
      SchemaRecord earlier = versions.get(i);
      List<String> differences = level.differences(candidate, earlier, schema(earlier.id()));
      if (!differences.isEmpty()) {
        return differences;
      }
    }
    return List.of();
  }

  /** The schema with that number, where it is one of Avro. From any thread. */
  Optional<Schema> schema(int id) {
    return Optional.ofNullable(parsedById.get(id));
  }

  // ---- registering -----------------------------------------------------------------------------

  /**
   * The record that makes a schema the next version of a subject.
   *
   * @throws SchemaRefusedException when it may not be
   */
  SchemaRecord next(String subject, Schema schema) {
    String mode = settings.mode(subject);
    if (!mode.equals(SubjectSettings.WRITABLE)) {
      throw new SchemaRefusedException(
          SchemaRefusedException.Reason.READ_ONLY,
          "Subject '%s' is in mode %s, not %s".formatted(subject, mode, SubjectSettings.WRITABLE));
    }
    List<String> incompatibilities = incompatibilities(subject, schema);
    if (!incompatibilities.isEmpty()) {
      throw new SchemaRefusedException(
          SchemaRefusedException.Reason.INCOMPATIBLE,
          "Schema being registered is incompatible with an earlier schema for subject \"%s\","
                  .formatted(subject)
              + " details: "
              + incompatibilities);
    }
    String canonical = canonical(schema);
    Integer known = idsByCanonical.get(canonical);
    return SchemaRecord.avro(
        subject,
        highest(owners(subject).keySet()) + 1,
        known != null ? known : highestId() + 1,
        canonical);
  }

  /** Whether a record has taken its number and its version. */
  boolean owns(SchemaRecord record) {
    SchemaRecord owner = owners(record.subject()).get(record.version());
    Integer id = idsByCanonical.get(record.schema());
    return id != null && id == record.id() && owner != null && owner.id() == id;
  }

  /**
   * The keys whose last record is not that of their owner, of which there need not be one:
   * compaction would keep the wrong record.
   */
  List<Key> unsettled() {
    return List.copyOf(unsettled);
  }

  private SortedMap<Integer, SchemaRecord> owners(String subject) {
    return ownersBySubject.getOrDefault(subject, new TreeMap<>());
  }

  private static int highest(Collection<Integer> taken) {
    return taken.stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  private static String canonical(Schema schema) {
    return schema.toString();
  }

  // ---- folding ---------------------------------------------------------------------------------

  /**
   * Takes the next record of the topic.
   *
   * @param withdrawal whether a tombstone only takes back what did not become owner
   */
  void fold(byte @Nullable [] key, byte @Nullable [] value, boolean withdrawal) {
    RegistryRecord record = RegistryRecord.parse(key, value);
    if (record instanceof SchemaRecord version) {
      settle(new Key(version.subject(), version.version()), take(version));
    } else if (record instanceof RegistryRecord.VersionRemoved removed) {
      if (!withdrawal) {
        owners(removed.subject()).remove(removed.version());
      }
      settle(
          new Key(removed.subject(), removed.version()),
          !owners(removed.subject()).containsKey(removed.version()));
    } else if (record instanceof RegistryRecord.SubjectDeleted deleted) {
      owners(deleted.subject())
          .headMap(deleted.version() + 1)
          .replaceAll((number, version) -> version.asDeleted());
    } else if (record instanceof RegistryRecord.SubjectCleared cleared) {
      owners(cleared.subject()).values().removeIf(SchemaRecord::deleted);
    } else if (record instanceof RegistryRecord.Compatibility set) {
      settings.fold(set);
    } else if (record instanceof RegistryRecord.Mode set) {
      settings.fold(set);
    }
  }

  private void settle(Key key, boolean settled) {
    if (settled) {
      unsettled.remove(key);
    } else {
      unsettled.add(key);
    }
  }

  /** Whether the record is now that of its version's owner. */
  private boolean take(SchemaRecord version) {
    SchemaRecord first = firstById.get(version.id());
    if (first == null) {
      firstById.put(version.id(), version);
      firstByGuid.putIfAbsent(version.guid(), version);
      learn(version);
    } else if (!isSame(first, version)) {
      LOG.warn("schema id {} belongs to another schema than {}", version.id(), version.subject());
      return false;
    }
    SortedMap<Integer, SchemaRecord> owners =
        ownersBySubject.computeIfAbsent(version.subject(), subject -> new TreeMap<>());
    SchemaRecord owner = owners.get(version.version());
    if (owner != null && owner.id() != version.id()) {
      return false;
    }
    owners.put(version.version(), version);
    return true;
  }

  private void learn(SchemaRecord version) {
    parse(version)
        .ifPresentOrElse(
            schema -> {
              parsedById.put(version.id(), schema);
              idsByCanonical.putIfAbsent(canonical(schema), version.id());
            },
            () ->
                LOG.debug("schema id {} of {} is no Avro schema", version.id(), version.subject()));
  }

  private boolean isSame(SchemaRecord first, SchemaRecord other) {
    if (first.schema().equals(other.schema()) && first.type().equals(other.type())) {
      return true;
    }
    Schema schema = parsedById.get(first.id());
    return schema != null
        && parse(other).map(SchemaCatalog::canonical).equals(Optional.of(canonical(schema)));
  }

  private Optional<Schema> parse(SchemaRecord version) {
    return version.parse(used -> version(used.subject(), used.version(), true));
  }
}
