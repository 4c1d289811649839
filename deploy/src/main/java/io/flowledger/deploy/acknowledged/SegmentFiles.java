package io.flowledger.deploy.acknowledged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of a partition that have records, by the offsets that they begin with. A compaction
 * that was cut off leaves files {@code .swap}, by which Kafka replaces others when it starts.
 */
final class SegmentFiles {

  private static final Pattern SEGMENT = Pattern.compile("\\d{20}\\.log");
  private static final Pattern SWAP = Pattern.compile("\\d{20}\\.log\\.swap");
  private static final String SWAP_SUFFIX = ".swap";

  /** Kafka had not come to the end of writing these. */
  private static final Pattern CLEANED = Pattern.compile("\\d{20}\\..*\\.cleaned");

  private SegmentFiles() {}

  /** Those that there are. */
  static SortedMap<Long, Path> now(Path folder) throws IOException {
    return matching(folder, names(folder), SEGMENT);
  }

  /** Those that Kafka will have when it has started. */
  static SortedMap<Long, Path> atStart(Path folder) throws IOException {
    Set<String> names = names(folder);
    SortedMap<Long, Path> files = matching(folder, names, SEGMENT);
    SortedMap<Long, Path> swaps = swaps(folder, names);
    if (!swaps.isEmpty()) {
      long end = swaps.firstKey();
      for (Map.Entry<Long, Path> swap : swaps.entrySet()) {
        end = Math.max(end, Batches.endOf(swap.getValue(), swap.getKey()));
      }
      files.subMap(swaps.firstKey(), end).clear();
      files.putAll(swaps);
    }
    return files;
  }

  /**
   * Those that no compaction has left, though Kafka would replace others by them: it has written an
   * index beside each, does not touch the last file, and compacts no topic that is whole.
   */
  static List<Path> wrongSwaps(Path folder, boolean whole) throws IOException {
    Set<String> names = names(folder);
    SortedMap<Long, Path> files = matching(folder, names, SEGMENT);
    List<Path> wrong = new ArrayList<>();
    for (Map.Entry<Long, Path> swap : swaps(folder, names).entrySet()) {
      long base = swap.getKey();
      boolean last = files.isEmpty() || base >= files.lastKey();
      if (whole || last || !hasIndex(swap.getValue(), base, files, names)) {
        wrong.add(swap.getValue());
      }
    }
    return wrong;
  }

  /** Kafka may have ended when it had renamed the index only; the others are deleted by then. */
  private static boolean hasIndex(
      Path swap, long base, SortedMap<Long, Path> files, Set<String> names) throws IOException {
    String index = "%020d.timeindex".formatted(base);
    return names.contains(index + SWAP_SUFFIX)
        || names.contains(index)
            && files.subMap(base, Math.max(base + 1, Batches.endOf(swap, base))).isEmpty();
  }

  /** The one that is in place of another, and the indexes with it. */
  static List<Path> withIndexes(Path swap) throws IOException {
    String base = swap.getFileName().toString().split("\\.", -1)[0];
    try (Stream<Path> files = Files.list(swap.resolveSibling(""))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(base + "."))
          .filter(file -> file.getFileName().toString().endsWith(SWAP_SUFFIX))
          .toList();
    }
  }

  /** Without those that Kafka deletes, since not all of their like are complete. */
  private static SortedMap<Long, Path> swaps(Path folder, Set<String> names) {
    SortedMap<Long, Path> swaps = matching(folder, names, SWAP);
    SortedMap<Long, Path> incomplete = matching(folder, names, CLEANED);
    return incomplete.isEmpty() ? swaps : new TreeMap<>(swaps.headMap(incomplete.firstKey()));
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static SortedMap<Long, Path> matching(Path folder, Set<String> names, Pattern pattern) {
    SortedMap<Long, Path> files = new TreeMap<>();
    names.stream()
        .filter(name -> pattern.matcher(name).matches())
        .forEach(name -> files.put(Long.parseLong(name.split("\\.", -1)[0]), folder.resolve(name)));
    return files;
  }
}
