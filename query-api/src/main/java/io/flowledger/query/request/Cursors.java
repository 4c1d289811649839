package io.flowledger.query.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.text.JsonText;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * Cursors as the reference service writes them: padded base64 of a JSON object with the keys of the
 * last row of the page.
 */
public final class Cursors {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int MOST_DIGITS = 19;
  private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

  private Cursors() {}

  /**
   * @param key what the name is called: flow_id or step_name
   */
  public static String ofName(String key, Cursor.ByName place) {
    return encode(opened(place.tsEpoch()).raw(", \"" + key + "\": ").string(place.name()));
  }

  /**
   * @param key what the number is called: run_number, task_id or id
   */
  public static String ofNumber(String key, Cursor.ByNumber place) {
    return encode(opened(place.tsEpoch()).raw(", \"" + key + "\": ").number(place.number()));
  }

  public static String ofArtifact(Cursor.ByArtifact place) {
    return encode(
        opened(place.tsEpoch())
            .raw(", \"task_id\": ")
            .number(place.taskId())
            .raw(", \"name\": ")
            .string(place.name()));
  }

  /** The beginning of a cursor, which {@link #encode} ends. */
  public static JsonText opened(long tsEpoch) {
    return new JsonText(80).raw("{\"ts_epoch\": ").number(tsEpoch);
  }

  public static String encode(JsonText json) {
    return Base64.getEncoder().encodeToString(json.raw("}").toBytes());
  }

  /**
   * @throws RefusedException 400 when the text is no such cursor, as for all of these
   */
  public static Cursor.ByName name(String key, String text) {
    Map<String, String> keys = decode(text);
    return new Cursor.ByName(number(keys, "ts_epoch"), string(keys, key));
  }

  public static Cursor.ByNumber number(String key, String text) {
    Map<String, String> keys = decode(text);
    return new Cursor.ByNumber(number(keys, "ts_epoch"), number(keys, key));
  }

  public static Cursor.ByArtifact artifact(String text) {
    Map<String, String> keys = decode(text);
    return new Cursor.ByArtifact(
        number(keys, "ts_epoch"), number(keys, "task_id"), string(keys, "name"));
  }

  private static Map<String, String> decode(String text) {
    try {
      // A plus sign that was not escaped arrives as a blank.
      byte[] json = Base64.getDecoder().decode(text.replace(' ', '+'));
      Map<String, String> keys = new HashMap<>();
      try (JsonParser parser = JSON.createParser(json)) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
          throw invalid();
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String key = parser.currentName();
          JsonToken value = parser.nextToken();
          if (value == JsonToken.VALUE_STRING || value.isNumeric()) {
            keys.put(key, parser.getText());
          } else {
            parser.skipChildren();
          }
        }
        if (parser.nextToken() != null) {
          throw invalid();
        }
      }
      return keys;
    } catch (IOException | IllegalArgumentException e) {
      throw invalid();
    }
  }

  private static String string(Map<String, String> keys, String key) {
    String value = keys.get(key);
    if (value == null || value.indexOf('\0') >= 0) {
      throw invalid();
    }
    return value;
  }

  /** Fractions are cut off, as the reference does. Nothing is older or smaller than 0. */
  private static long number(Map<String, String> keys, String key) {
    try {
      BigDecimal value = new BigDecimal(string(keys, key));
      long digits = (long) value.precision() - value.scale(); // before the point
      if (value.signum() <= 0 || digits < 1) {
        return 0;
      }
      // Not written out where it is larger: an exponent may ask for a billion digits.
      return digits > MOST_DIGITS ? Long.MAX_VALUE : value.toBigInteger().min(LARGEST).longValue();
    } catch (NumberFormatException e) {
      throw invalid();
    }
  }

  private static RuntimeException invalid() {
    return RefusedException.malformed("Invalid cursor");
  }
}
