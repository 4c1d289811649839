package io.flowledger.query.answer;

import io.flowledger.projector.text.Sink;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A row of a listing as it is shown, with its place: the form in which nodes give each other their
 * parts of a listing over all flows. On its way it is the text of its place and the bytes that are
 * shown, each behind its length in four bytes.
 *
 * @param shown what an answer has of it
 * @param <C> places
 */
public record ShownRow<C>(C place, byte[] shown) {

  /** How rows become what is shown of them, and that an answer. */
  public interface Form<T> {
    byte[] shown(T row);

    /** Puts an answer together. For one answer. */
    Listing.Renderer<byte[]> joined();

    /** That of rows that are written one after another. */
    static <T> Form<T> of(Listing.Renderer<T> renderer) {
      return new Form<>() {
        @Override
        public byte[] shown(T row) {
          Bytes bytes = new Bytes();
          renderer.render(row, bytes);
          return bytes.toByteArray();
        }

        @Override
        public Listing.Renderer<byte[]> joined() {
          return (shown, sink) -> sink.write(shown);
        }
      };
    }
  }

  private static final class Bytes implements Sink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

    @Override
    public void write(byte[] from, int offset, int count) {
      bytes.write(from, offset, count);
    }

    byte[] toByteArray() {
      return bytes.toByteArray();
    }
  }

  /**
   * @param text of the place
   */
  void write(String text, Sink sink) {
    byte[] before = text.getBytes(StandardCharsets.UTF_8);
    sink.write(
        Buffer.buffer(8 + before.length + shown.length)
            .appendInt(before.length)
            .appendBytes(before)
            .appendInt(shown.length)
            .appendBytes(shown)
            .getBytes());
  }

  /** The rows of an answer of another node. */
  static <C> List<ShownRow<C>> readAll(Buffer answer, Function<String, C> place) {
    List<ShownRow<C>> rows = new ArrayList<>();
    int at = 0;
    while (at < answer.length()) {
      int placeLength = answer.getInt(at);
      int shownAt = at + 4 + placeLength;
      int shownLength = answer.getInt(shownAt);
      at = shownAt + 4 + shownLength;
      rows.add(
          new ShownRow<>(
              place.apply(answer.getString(shownAt - placeLength, shownAt)),
              answer.getBytes(shownAt + 4, at)));
    }
    return rows;
  }
}
