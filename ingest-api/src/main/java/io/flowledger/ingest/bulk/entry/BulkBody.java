package io.flowledger.ingest.bulk.entry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.body.Blanks;
import io.flowledger.ingest.body.JsonInput;
import io.flowledger.ingest.body.JsonPiece;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The body of a bulk request, cut into its entries: the lines that are not blank, or what is in a
 * list, which a bracket opens. A list that is broken has the entries before the break. Or a part of
 * such a body: some of its entries, which are called by the places that they have in the whole.
 */
public final class BulkBody {

  private static final int FIRST_ENTRIES = 256;

  private final byte[] bytes;
  private final int maxEntries;
  private int[] starts = new int[FIRST_ENTRIES];
  private int[] ends = new int[FIRST_ENTRIES];
  private int[] lines = new int[FIRST_ENTRIES];
  private int size;
  private Optional<String> broken = Optional.empty();
  private int @Nullable [] indices; // of a part
  private BitSet firsts = new BitSet();

  private BulkBody(byte[] bytes, int maxEntries) {
    this.bytes = bytes;
    this.maxEntries = maxEntries;
  }

  /**
   * A part of a request.
   *
   * @param indices ascending, those that the entries have in the whole
   * @param firsts those of them that do not go on with what is before them in the whole
   */
  static BulkBody part(
      byte[] bytes, int[] starts, int[] ends, int[] lines, int[] indices, BitSet firsts) {
    BulkBody part = new BulkBody(bytes, indices.length);
    part.starts = starts;
    part.ends = ends;
    part.lines = lines;
    part.size = indices.length;
    part.indices = indices;
    part.firsts = firsts;
    return part;
  }

  /** The same of a whole that is here; the bytes are shared. */
  public BulkBody part(int[] indices, BitSet firsts) {
    return part(
        bytes,
        IntStream.of(indices).map(index -> starts[index]).toArray(),
        IntStream.of(indices).map(index -> ends[index]).toArray(),
        IntStream.of(indices).map(index -> lines[index]).toArray(),
        indices,
        firsts);
  }

  /**
   * Cuts a body.
   *
   * @param maxEntries that it may have
   * @throws RefusedException 400 when it is empty or a list that is not UTF-8, 413 when it has too
   *     many entries
   */
  public static BulkBody cut(byte[] bytes, int maxEntries) {
    if (bytes.length == 0) {
      throw RefusedException.malformed("the request has no body, JSON expected");
    }
    BulkBody body = new BulkBody(bytes, maxEntries);
    if (startsList(bytes)) {
      JsonInput.checkEncoding(bytes);
      body.cutList();
    } else {
      body.cutLines();
    }
    return body;
  }

  private static boolean startsList(byte[] bytes) {
    int i = 0;
    while (i < bytes.length - 1 && Blanks.isBlank(bytes[i])) {
      i++;
    }
    return bytes[i] == '[';
  }

  // ---- cutting ---------------------------------------------------------------------------------

  private void cutLines() {
    int line = 0;
    for (int start = 0; start < bytes.length; ) {
      line++;
      int end = start;
      boolean blank = true;
      for (; end < bytes.length && bytes[end] != '\n'; end++) {
        blank &= Blanks.isBlank(bytes[end]);
      }
      if (!blank) {
        add(start, end, line);
      }
      start = end + 1;
    }
  }

  private void cutList() {
    JsonPiece whole = JsonPiece.whole(bytes);
    try (JsonParser parser = whole.parser()) {
      parser.nextToken(); // the bracket
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        if (start < 0) { // Jackson counts characters then
          throw RefusedException.malformed("the body is not UTF-8");
        }
        parser.skipChildren();
        parser.finishToken();
        add(start, (int) parser.currentLocation().getByteOffset(), 0);
      }
      if (parser.nextToken() != null) {
        broken = Optional.of("the body goes on after the end of its list");
      }
    } catch (IOException e) {
      broken = Optional.of(String.valueOf(JsonInput.malformed(whole, e).getMessage()));
    }
  }

  private void add(int start, int end, int line) {
    if (size == maxEntries) {
      throw RefusedException.tooLarge("the request has more than " + maxEntries + " entries");
    }
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, size * 2);
      ends = Arrays.copyOf(ends, size * 2);
      lines = Arrays.copyOf(lines, size * 2);
    }
    starts[size] = start;
    ends[size] = end;
    lines[size++] = line;
  }

  // ---- entries ---------------------------------------------------------------------------------

  /** How many entries there are. */
  public int size() {
    return size;
  }

  public JsonPiece entry(int place) {
    return lines[place] == 0
        ? new JsonPiece(bytes, starts[place], ends[place], "the entry", 0)
        : new JsonPiece(bytes, starts[place], ends[place], "line", lines[place]);
  }

  /** What an entry is called: its place in the whole request. */
  public int index(int place) {
    return indices == null ? place : indices[place];
  }

  /** Behind what the last entry is called. */
  public int end() {
    return size == 0 ? 0 : index(size - 1) + 1;
  }

  /** Whether an entry does not go on with what is before it in the whole request. */
  public boolean isFirst(int place) {
    return firsts.get(index(place));
  }

  /** Why there is nothing behind the last entry, where the body goes on. */
  public Optional<String> broken() {
    return broken;
  }
}
