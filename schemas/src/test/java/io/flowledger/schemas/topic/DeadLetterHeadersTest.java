package io.flowledger.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DeadLetterHeadersTest {

  /** They are in topics, and whoever reads the dead letters knows them by these names. */
  @Test
  void keepTheirNames() {
    assertThat(
            List.of(
                DeadLetterHeaders.SOURCE_TOPIC,
                DeadLetterHeaders.SOURCE_PARTITION,
                DeadLetterHeaders.SOURCE_OFFSET,
                DeadLetterHeaders.REASON,
                DeadLetterHeaders.LEFT_OUT,
                DeadLetterHeaders.REDRIVEN_LETTER,
                DeadLetterHeaders.REDRIVEN_TOPIC,
                DeadLetterHeaders.REDRIVEN_PARTITION,
                DeadLetterHeaders.REDRIVEN_OFFSET,
                DeadLetterHeaders.REDRIVEN_FROM,
                DeadLetterHeaders.COPIED_FROM))
        .containsExactly(
            "flowledger.source.topic",
            "flowledger.source.partition",
            "flowledger.source.offset",
            "flowledger.reason",
            "flowledger.left-out",
            "flowledger.redriven.letter",
            "flowledger.redriven.topic",
            "flowledger.redriven.partition",
            "flowledger.redriven.offset",
            "flowledger.redriven.from",
            "flowledger.copied.from");
  }
}
