package io.flowledger.query.answer;

import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/**
 * Format of a listing: what stands around its rows and between them.
 *
 * @param start in front of the first
 * @param separator between two
 * @param end behind the last
 */
public record ListFormat(CharSequence contentType, byte[] start, byte[] separator, byte[] end) {

  public static final String LINES_TYPE = "application/x-ndjson";

  /** A JSON list that is called plain text, as the reference service does. */
  public static final ListFormat TEXT = of("text/plain; charset=utf-8", "[", ", ", "]");

  /** A JSON list. */
  public static final ListFormat JSON = of("application/json", "[", ", ", "]");

  /** JSON values with a line feed behind each. */
  public static final ListFormat LINES = of(LINES_TYPE, "", "", "");

  /** An Avro object container file, which its renderer puts together. */
  public static final ListFormat AVRO = of("application/avro", "", "", "");

  /** Rows for another node, which puts them into its answer. */
  static final ListFormat ROWS = of("application/vnd.flowledger.rows", "", "", "");

  public static ListFormat of(String type, String start, String separator, String end) {
    return new ListFormat(
        HttpHeaders.createOptimized(type), utf8(start), utf8(separator), utf8(end));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
