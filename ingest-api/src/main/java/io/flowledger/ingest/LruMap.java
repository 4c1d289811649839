package io.flowledger.ingest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A bounded map that forgets what has not been asked for the longest; safe for all threads. */
final class LruMap<K, V> {

  private static final float LOAD_FACTOR = 0.75f;

  private final Map<K, V> entries;

  LruMap(int capacity) {
    this.entries =
        new LinkedHashMap<>(64, LOAD_FACTOR, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > capacity;
          }
        };
  }

  synchronized Optional<V> get(K key) {
    return Optional.ofNullable(entries.get(key));
  }

  synchronized void put(K key, V value) {
    entries.put(key, value);
  }
}
