package io.flowledger.schemas.registry;

import java.util.Optional;
import java.util.UUID;
import org.apache.avro.Schema;

/** Where the schemas that the log was written with are kept, by a number that records carry. */
public interface SchemaRegistry extends AutoCloseable {

  /**
   * The number of the schema under the subject; registers it when it is new. May block on the
   * network: never called on an event loop.
   *
   * @throws SchemaRegistryException when the registry cannot be reached or refuses the schema
   */
  int register(String subject, Schema schema);

  /**
   * The schema with that number, looked up where the registry keeps it when it is not known yet.
   * May block on the network.
   *
   * @throws SchemaRegistryException when the registry cannot be reached
   */
  Optional<Schema> schema(int id);

  /**
   * The schema with that GUID, which is the same in every registry; looked up like one with a
   * number. Empty too where the registry gives no GUIDs.
   *
   * @throws SchemaRegistryException when the registry cannot be reached
   */
  default Optional<Schema> schema(UUID guid) {
    return Optional.empty();
  }

  @Override
  void close();

  /** The registry cannot be reached, or refuses a schema. */
  public class SchemaRegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SchemaRegistryException(String message, Throwable cause) {
      super(message, cause);
    }

    public SchemaRegistryException(String message) {
      super(message);
    }
  }
}
