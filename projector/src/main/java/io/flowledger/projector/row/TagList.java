package io.flowledger.projector.row;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Tags as values beside the rendered ones: each a 4-byte length and UTF-8. */
final class TagList {

  private TagList() {}

  static byte[] encode(List<String> tags) {
    return Packed.pack(new long[0], tags.stream().map(Packed::utf8).toArray(byte[][]::new));
  }

  static List<String> decode(Packed.Slice slice) {
    List<String> tags = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(slice.row(), slice.offset(), slice.length());
    while (bytes.hasRemaining()) {
      byte[] tag = new byte[bytes.getInt()];
      bytes.get(tag);
      tags.add(new String(tag, StandardCharsets.UTF_8));
    }
    return tags;
  }
}
