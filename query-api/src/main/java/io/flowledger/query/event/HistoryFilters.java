package io.flowledger.query.event;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.row.IndexedEvent;
import io.flowledger.query.filter.Filters;
import io.flowledger.schemas.Envelope;
import io.vertx.core.MultiMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Fields that events can be filtered by. */
public final class HistoryFilters {

  private static final String TYPE = "type";

  private static final Map<String, Filters.Field<HistoryEvent>> FIELDS =
      Map.of(
          TYPE,
          text(event -> Optional.of(event.envelope().kind().typeName())),
          "user_name",
          text(event -> Optional.ofNullable(event.envelope().userName())),
          "credential",
          text(HistoryEvent::credential),
          "address",
          text(HistoryEvent::address),
          "verdict",
          text(event -> Optional.of(event.verdict().label())),
          "ts_epoch",
          new Filters.Field<>(
              Filters.Kind.TIME, event -> Optional.of(Long.toString(event.envelope().tsEpoch()))));

  private HistoryFilters() {}

  private static Filters.Field<HistoryEvent> text(Function<HistoryEvent, Optional<String>> value) {
    return new Filters.Field<>(Filters.Kind.TEXT, value);
  }

  /**
   * @throws RefusedException 400 when a filter makes no sense
   */
  public static Filters<HistoryEvent> of(MultiMap parameters) {
    return Filters.of(parameters, FIELDS);
  }

  /**
   * What the index alone tells of those that {@link #of} asks for, so that the rest stays unread.
   */
  public static Predicate<IndexedEvent> onIndex(MultiMap parameters) {
    Predicate<IndexedEvent> wanted = event -> true;
    for (Map.Entry<String, String> parameter : parameters) {
      if (parameter.getKey().equals(TYPE) || parameter.getKey().equals(TYPE + ":eq")) {
        Set<Envelope.Kind> kinds = kinds(Filters.values(parameter.getValue()));
        wanted = wanted.and(event -> kinds.contains(event.kind()));
      }
    }
    return wanted;
  }

  private static Set<Envelope.Kind> kinds(List<String> names) {
    Set<Envelope.Kind> kinds = EnumSet.allOf(Envelope.Kind.class);
    kinds.removeIf(kind -> !names.contains(kind.typeName()));
    return kinds;
  }
}
