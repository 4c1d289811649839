package io.flowledger.ingest.deadletters;

import io.flowledger.projector.text.AvroJson;
import io.flowledger.projector.text.JsonText;
import io.flowledger.schemas.topic.DeadLetterHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A letter as the API shows it. */
final class DeadLetterJson {

  private DeadLetterJson() {}

  /**
   * @param event what is in it, where that can be read
   * @param most bytes of its content to show
   */
  static void write(
      DeadLetterRecord letter,
      Optional<SpecificRecord> event,
      DeadLetterState standing,
      int most,
      JsonText json) {
    json.raw("{\"position\": ")
        .number(letter.position())
        .raw(", \"state\": ")
        .string(standing.state().label())
        .raw(", \"reason\": ")
        .string(standing.reason().orElse(letter.reason()))
        .raw(", \"timestamp\": ")
        .number(letter.timestamp())
        .raw(", \"source\": ");
    place(letter.source(), json);
    json.raw(", \"now_at\": ");
    if (standing.place().isPresent()) {
      place(standing.place().get(), json);
    } else {
      json.string(null);
    }
    json.raw(", \"type\": ")
        .string(event.map(it -> it.getSchema().getName()).orElse(null))
        .raw(", \"flow_id\": ")
        .string(event.flatMap(DeadLetterOutcomes::flow).orElse(null));
    bytes("key", letter.key(), json);
    byte[] value = letter.value();
    json.raw(", \"value_bytes\": ").number(value == null ? 0 : value.length);
    json.raw(", \"event\": ");
    boolean shown = value != null && value.length <= most;
    if (shown && event.isPresent()) {
      AvroJson.write(event.get(), json);
    } else {
      json.string(null);
    }
    json.raw(", \"value_base64\": ")
        .string(shown && event.isEmpty() ? Base64.getEncoder().encodeToString(value) : null)
        .raw(", \"headers\": [");
    String before = "";
    for (Header header : letter.headers()) {
      if (!header.key().startsWith(DeadLetterHeaders.PREFIX)) {
        json.raw(before).raw("{\"name\": ").string(header.key());
        bytes("value", header.value(), json);
        json.raw("}");
        before = ", ";
      }
    }
    json.raw("]}");
  }

  private static void place(RecordPlace place, JsonText json) {
    json.raw("{\"topic\": ")
        .string(place.topic())
        .raw(", \"partition\": ")
        .number(place.partition())
        .raw(", \"offset\": ")
        .number(place.offset())
        .raw("}");
  }

  /** As text if they are text, else in base 64 under another name. */
  private static void bytes(String name, byte @Nullable [] bytes, JsonText json) {
    String text = null;
    boolean isText = bytes == null;
    if (bytes != null) {
      try {
        text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        isText = true;
      } catch (CharacterCodingException noText) {
        text = Base64.getEncoder().encodeToString(bytes);
      }
    }
    json.raw(", \"").raw(name).raw(isText ? "\": " : "_base64\": ").string(text);
  }
}
