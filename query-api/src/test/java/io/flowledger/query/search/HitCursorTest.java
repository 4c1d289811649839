package io.flowledger.query.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.row.Cursor;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

final class HitCursorTest {

  @Test
  void ofHits() {
    assertThat(HitCursor.of(new TaskSearch.Place(7, new Cursor.ByNumber(1, 9))))
        .isEqualTo(base64("{\"ts_epoch\": 1, \"id\": 9, \"run_number\": 7}"));
  }

  @Test
  void areReadBack() {
    TaskSearch.Place hit = new TaskSearch.Place(7, new Cursor.ByNumber(5, 9));

    assertThat(HitCursor.parse(HitCursor.of(hit))).isEqualTo(hit);
  }

  private static String base64(String json) {
    return Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
