package io.flowledger.bench.jmh;

import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.serde.EventSerde;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/** A registry in memory, for benchmarks of one thread. */
final class FixedSchemas implements SchemaRegistry {

  private final List<Schema> schemas = new ArrayList<>();

  /** A serde that knows all types of events. */
  static EventSerde serde() {
    EventSerde serde = new EventSerde(new FixedSchemas());
    serde.register("events", EventTypes.EVENTS);
    return serde;
  }

  @Override
  public int register(String subject, Schema schema) {
    schemas.add(schema);
    return schemas.size();
  }

  @Override
  public Optional<Schema> schema(int id) {
    return Optional.of(schemas.get(id - 1));
  }

  @Override
  public void close() {}
}
