package io.flowledger.projector;

import io.flowledger.schemas.EventSerde;
import io.flowledger.schemas.EventTypes;
import io.flowledger.schemas.SchemaRegistry;
import io.flowledger.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/** A registry that forgets everything with the process: numbers are places in a list, from 1. */
public final class MemoryRegistry implements SchemaRegistry {

  private final List<Schema> schemas = new ArrayList<>();

  /** A serde that can write every type of record. */
  public static EventSerde serde(Topics topics) {
    EventSerde serde = new EventSerde(new MemoryRegistry());
    serde.register(topics.events(), EventTypes.EVENTS);
    serde.register(topics.heartbeats(), EventTypes.HEARTBEATS);
    serde.register(topics.ids(), EventTypes.IDS);
    return serde;
  }

  @Override
  public synchronized int register(String subject, Schema schema) {
    if (!schemas.contains(schema)) {
      schemas.add(schema);
    }
    return schemas.indexOf(schema) + 1;
  }

  @Override
  public synchronized Optional<Schema> schema(int id) {
    return id < 1 || id > schemas.size() ? Optional.empty() : Optional.of(schemas.get(id - 1));
  }

  @Override
  public void close() {}
}
