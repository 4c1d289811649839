package io.flowledger.projector.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.EventId;
import io.flowledger.event.Fingerprint;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.Idempotency;
import io.flowledger.event.Origin;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AvroJsonTest {

  private static final String ID = "018bcfe5680000010203040506070809";
  private static final String FLOW =
      "{\"event_id\": \""
          + ID
          + "\", \"flow_id\": \"F\", \"user_name\": null, \"tags\": [\"t\"],"
          + " \"system_tags\": [], \"ts_epoch\": 5, \"origin\": {\"credential\": null,"
          + " \"address\": \"::1\"}, \"written_by\": \"w/1\"";

  private static String json(@Nullable Idempotency idempotency) {
    JsonText json = new JsonText(64);
    AvroJson.write(
        new FlowRegistered(
            new EventId(HexFormat.of().parseHex(ID)),
            "F",
            null,
            List.of("t"),
            List.of(),
            5L,
            new Origin(null, "::1"),
            "w/1",
            idempotency),
        json);
    return new String(json.toBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void anEventIsItsFields() {
    assertThat(json(null)).isEqualTo(FLOW + "}");
  }

  @Test
  void anIdempotencyKeyIsOneOfThem() {
    Fingerprint fingerprint = new Fingerprint(HexFormat.of().parseHex("00010203040506ff"));

    assertThat(json(new Idempotency("k", fingerprint)))
        .isEqualTo(
            FLOW
                + ", \"idempotency\": {\"key\": \"k\", \"fingerprint\":"
                + " \"00010203040506ff\"}}");
  }
}
