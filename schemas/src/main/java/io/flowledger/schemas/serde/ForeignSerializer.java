package io.flowledger.schemas.serde;

import io.flowledger.schemas.registry.SchemaRegistry.SchemaRegistryException;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * A Kafka serializer of values that is on the class path but not known here, such as Confluent's.
 * Whether it puts the identifier of the schema before the value or in a header, what comes out is
 * {@linkplain Framing framed}.
 */
public final class ForeignSerializer implements AutoCloseable {

  private final Serializer<Object> serializer;

  private ForeignSerializer(Serializer<Object> serializer) {
    this.serializer = serializer;
  }

  /**
   * Makes one and configures it.
   *
   * @param className of a {@link Serializer} that takes Avro's specific records
   * @param properties as for a Kafka producer
   * @throws SchemaRegistryException when there is no such class, or it does not take the properties
   */
  @SuppressWarnings("unchecked") // what it takes is seen when it is given a sample
  public static ForeignSerializer of(String className, Map<String, String> properties) {
    try {
      Serializer<Object> serializer = Utils.newInstance(className, Serializer.class);
      serializer.configure(properties, false);
      return new ForeignSerializer(serializer);
    } catch (ClassNotFoundException e) {
      throw new SchemaRegistryException(
          "the value serializer " + className + " is not on the class path", e);
    } catch (RuntimeException e) {
      throw new SchemaRegistryException(
          "the value serializer " + className + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** The value of a record, framed. */
  byte[] serialize(String topic, SpecificRecord event) {
    Headers headers = new RecordHeaders();
    try {
      byte[] value = serializer.serialize(topic, headers, event);
      return Objects.requireNonNull(Framing.framed(headers, value), "no value");
    } catch (KafkaException | ClassCastException | NullPointerException e) {
      throw new SchemaRegistryException(this + " has failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    serializer.close();
  }

  /** The name of its class. */
  @Override
  public String toString() {
    return serializer.getClass().getName();
  }
}
