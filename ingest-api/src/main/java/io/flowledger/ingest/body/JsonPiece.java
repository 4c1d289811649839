package io.flowledger.ingest.body;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Arrays;

/**
 * A part of a body that is read as one JSON value.
 *
 * @param bytes what it is a part of
 * @param start its first byte
 * @param end behind its last byte
 * @param kind what it is, for messages
 * @param line its line, from 1; 0 where lines mean nothing
 */
public record JsonPiece(byte[] bytes, int start, int end, String kind, int line) {

  public static JsonPiece whole(byte[] body) {
    return new JsonPiece(body, 0, body.length, "the body", 0);
  }

  public int length() {
    return end - start;
  }

  public byte[] copy() {
    return Arrays.copyOfRange(bytes, start, end);
  }

  /** What it is, for messages. */
  String what() {
    return line == 0 ? kind : kind + " " + line;
  }

  /** The line of the body that a place in it is in. */
  int line(JsonLocation place) {
    return Math.max(line, 1) + place.getLineNr() - 1;
  }

  public JsonParser parser() throws IOException {
    return JsonInput.JSON.createParser(bytes, start, length());
  }
}
