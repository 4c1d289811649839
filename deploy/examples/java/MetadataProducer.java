import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Appends metadata of a task to the log of Flowledger, past its HTTP API. Needs kafka-clients and
 * avro, which brings Jackson, on the class path:
 *
 * <pre>
 * java -cp ... MetadataProducer.java 127.0.0.1:9092 http://127.0.0.1:8080 \
 *     TrainFlow/1/start/2 gpu_hours=3.5 region=eu-central-1
 * </pre>
 *
 * <p>What such a producer has to keep to: the value is Avro in Confluent's wire format, with a
 * schema that the service has registered; the key is the name of the flow; numbers come from {@code
 * POST /flowledger/numbers}; and the task is there. What breaks a rule is appended but changes
 * nothing: it is found with {@code flowledger dead-letters list}.
 */
public final class MetadataProducer {

  private static final String TOPIC = "flowledger.events";
  private static final String SUBJECT = TOPIC + "-io.flowledger.event.MetadataRecorded";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String bootstrap;
  private final String service;
  private final HttpClient http = HttpClient.newHttpClient();
  private int schemaId;
  private Schema schema;

  private MetadataProducer(String bootstrap, String service) {
    this.bootstrap = bootstrap;
    this.service = service;
  }

  public static void main(String[] args) throws Exception {
    if (args.length < 4) {
      System.err.println("usage: MetadataProducer KAFKA SERVICE FLOW/RUN/STEP/TASK NAME=VALUE...");
      System.exit(2);
    }
    MetadataProducer producer = new MetadataProducer(args[0], args[1]);
    producer.readSchema();
    List<String> fields = List.of(args).subList(3, args.length);
    producer.record(args[2], fields);
    System.out.printf("%d values of %s recorded%n", fields.size(), args[2]);
  }

  /** The latest version of the schema. */
  private void readSchema() throws IOException, InterruptedException {
    JsonNode latest =
        ask(
            HttpRequest.newBuilder(
                    URI.create(service + "/schema-registry/subjects/" + SUBJECT + "/versions/latest"))
                .build());
    schemaId = latest.path("id").asInt();
    schema = new Schema.Parser().parse(latest.path("schema").asText());
  }

  private void record(String pathspec, List<String> fields) throws Exception {
    String[] parts = pathspec.split("/");
    JsonNode task =
        ask(
            HttpRequest.newBuilder(
                    URI.create(
                        service
                            + "/flows/%s/runs/%s/steps/%s/tasks/%s"
                                .formatted(
                                    List.of(parts).stream()
                                        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8))
                                        .toArray())))
                .build());
    long number =
        ask(HttpRequest.newBuilder(URI.create(service + "/flowledger/numbers"))
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"sequence\": \"metadata\", \"count\": " + fields.size() + "}"))
                .build())
            .path("first")
            .asLong();

    Schema entrySchema = schema.getField("entries").schema().getElementType();
    List<GenericRecord> entries = new ArrayList<>();
    for (String field : fields) {
      String[] nameAndValue = field.split("=", 2);
      entries.add(
          new GenericRecordBuilder(entrySchema)
              .set("id", number++)
              .set("field_name", nameAndValue[0])
              .set("value", nameAndValue[1])
              .set("type", nameAndValue[0])
              .build());
    }
    GenericRecord event =
        new GenericRecordBuilder(schema)
            .set("event_id", newEventId())
            .set("flow_id", parts[0])
            .set("run_number", task.path("run_number").asLong())
            .set("step_name", parts[2])
            .set("task_id", task.path("task_id").asLong())
            .set("entries", entries)
            .set("ts_epoch", System.currentTimeMillis())
            .set("written_by", "metadata-producer-example/1")
            .build();
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "acks", "all");
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(TOPIC, parts[0], encode(event))).get();
    }
  }

  /** Six bytes of time, so that identifiers sort by age, roughly, and ten random ones. */
  private GenericData.Fixed newEventId() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    ByteBuffer.wrap(bytes).putLong(System.currentTimeMillis() << 16 | (bytes[6] & 0xff) << 8);
    return new GenericData.Fixed(schema.getField("event_id").schema(), bytes);
  }

  /** A zero byte, the id of the schema in four bytes, the record. */
  private byte[] encode(GenericRecord event) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(schemaId).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(event, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private JsonNode ask(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(request.uri() + ": " + answer.statusCode() + " " + answer.body());
    }
    return JSON.readTree(answer.body());
  }
}
