package io.flowledger.deploy.copy;

import io.flowledger.schemas.topic.DeadLetterHeaders;
import io.flowledger.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Where the records that dead letters are of are in the target. Of all that is copied, the headers
 * that name these places alone are changed; where the record was before, one header more says.
 *
 * <p>Events are where their order in the source puts them. Heartbeats are looked for, since
 * compaction has left some out: the place of one that is not there any more is in a partition that
 * there is not.
 */
final class LetterPlaces {

  /** Headers that a copy changes. */
  static final Set<String> CHANGED =
      Set.of(
          DeadLetterHeaders.SOURCE_TOPIC,
          DeadLetterHeaders.SOURCE_PARTITION,
          DeadLetterHeaders.SOURCE_OFFSET,
          DeadLetterHeaders.REDRIVEN_TOPIC,
          DeadLetterHeaders.REDRIVEN_PARTITION,
          DeadLetterHeaders.REDRIVEN_OFFSET,
          DeadLetterHeaders.COPIED_FROM);

  private static final Predicate<Header> OWN =
      header -> !header.key().startsWith(DeadLetterHeaders.PREFIX);

  private record Place(String topic, int partition, long offset) {
    @Override
    public String toString() {
      return topic + "-" + partition + "@" + offset;
    }
  }

  private final LogSide source;
  private final LogSide target;
  private final RecordDigest digest = new RecordDigest();
  private final Map<Place, Optional<Place>> places = new HashMap<>();
  private final Map<ByteBuffer, Deque<Place>> heartbeats = new HashMap<>(); // by digest

  LetterPlaces(LogSide source, LogSide target) {
    this.source = source;
    this.target = target;
  }

  /** Takes in which places letters name. */
  void need(ConsumerRecord<byte[], byte[]> letter) {
    Topics topics = source.place().topics();
    place(letter.headers(), Names.SOURCE)
        .ifPresent(
            place -> {
              places.putIfAbsent(place, Optional.empty());
              if (place.topic().equals(topics.heartbeats())) {
                heartbeats.computeIfAbsent(own(letter), none -> new ArrayDeque<>()).addLast(place);
              }
            });
    place(letter.headers(), Names.COPY)
        .ifPresent(place -> places.putIfAbsent(place, Optional.empty()));
  }

  /** Finds them. */
  void find(List<CopyStep> events, SourceWalk walk) {
    Topics topics = source.place().topics();
    String to = target.place().topics().events();
    for (CopyStep step : events) {
      if (isOf(step, topics)) {
        walk.over(
            step,
            (partition, offset, record) ->
                places.computeIfPresent(
                    new Place(topics.events(), record.partition(), record.offset()),
                    (place, unknown) -> Optional.of(new Place(to, partition, offset))));
      }
    }
    if (!heartbeats.isEmpty()) {
      findHeartbeats();
    }
  }

  private boolean isOf(CopyStep step, Topics topics) {
    return places.keySet().stream()
        .anyMatch(
            place ->
                place.topic().equals(topics.events())
                    && place.partition() < step.from().size()
                    && place.offset() >= step.from().get(place.partition())
                    && place.offset() < step.to().get(place.partition()));
  }

  private void findHeartbeats() {
    Topics topics = target.place().topics();
    long[] begin = target.beginnings(topics.heartbeats(), topics.partitions());
    long[] ends = target.ends(topics.heartbeats(), topics.partitions());
    for (int partition = 0; partition < ends.length; partition++) {
      target.read(topics.heartbeats(), partition, begin[partition], ends[partition], this::found);
    }
  }

  private void found(ConsumerRecord<byte[], byte[]> record) {
    Deque<Place> waiting = heartbeats.get(own(record));
    if (waiting != null && !waiting.isEmpty()) {
      places.put(
          waiting.removeFirst(),
          Optional.of(new Place(record.topic(), record.partition(), record.offset())));
    }
  }

  private ByteBuffer own(ConsumerRecord<byte[], byte[]> record) {
    return ByteBuffer.wrap(digest.of(record, OWN));
  }

  /** The headers of a letter in the target. */
  Headers headers(ConsumerRecord<byte[], byte[]> letter) {
    Headers headers = new RecordHeaders(letter.headers().toArray());
    place(letter.headers(), Names.SOURCE)
        .ifPresent(
            place -> {
              put(headers, Names.SOURCE, translated(place));
              if (headers.lastHeader(DeadLetterHeaders.COPIED_FROM) == null) {
                put(headers, DeadLetterHeaders.COPIED_FROM, place.toString());
              }
            });
    place(letter.headers(), Names.COPY)
        .ifPresent(place -> put(headers, Names.COPY, translated(place)));
    return headers;
  }

  private Place translated(Place place) {
    Topics from = source.place().topics();
    Topics to = target.place().topics();
    Optional<Place> found = places.getOrDefault(place, Optional.empty());
    if (found.isPresent()) {
      return found.get();
    }
    if (place.topic().equals(from.heartbeats())) {
      return new Place(to.heartbeats(), to.partitions() + place.partition(), place.offset());
    }
    return place; // of no topic of this log
  }

  /** Names of the three headers that say a place. */
  private enum Names {
    SOURCE(
        DeadLetterHeaders.SOURCE_TOPIC,
        DeadLetterHeaders.SOURCE_PARTITION,
        DeadLetterHeaders.SOURCE_OFFSET),
    COPY(
        DeadLetterHeaders.REDRIVEN_TOPIC,
        DeadLetterHeaders.REDRIVEN_PARTITION,
        DeadLetterHeaders.REDRIVEN_OFFSET);

    private final String topic;
    private final String partition;
    private final String offset;

    Names(String topic, String partition, String offset) {
      this.topic = topic;
      this.partition = partition;
      this.offset = offset;
    }
  }

  private static Optional<Place> place(Headers headers, Names names) {
    try {
      Optional<String> topic = text(headers, names.topic);
      return topic.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Place(
                  topic.get(),
                  Integer.parseInt(text(headers, names.partition).orElse("")),
                  Long.parseLong(text(headers, names.offset).orElse(""))));
    } catch (NumberFormatException notOurs) {
      return Optional.empty();
    }
  }

  /** The last header of that name: those before it are the sender's. */
  private static Optional<String> text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }

  private static void put(Headers headers, Names names, Place place) {
    put(headers, names.topic, place.topic());
    put(headers, names.partition, Integer.toString(place.partition()));
    put(headers, names.offset, Long.toString(place.offset()));
  }

  private static void put(Headers headers, String name, String value) {
    headers.remove(name);
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
