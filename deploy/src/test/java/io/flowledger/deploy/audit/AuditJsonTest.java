package io.flowledger.deploy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.projector.chain.PartitionHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Heads that an audit is given are taken as they are written, or not at all. */
class AuditJsonTest {

  private static String head(String partition, String offset, String records) {
    return "{\"heads\": [{\"topic\": \"t\", \"partition\": %s, \"offset\": %s, \"records\": %s, \"sha256\": \"%s\"}]}"
        .formatted(partition, offset, records, "0".repeat(64));
  }

  @Test
  void readsHeads() {
    PartitionHead head = AuditJson.heads(head("1", "41", "42")).get(0);
    assertThat(head.partition()).isEqualTo(1);
    assertThat(head.head().offset()).isEqualTo(41);
    assertThat(head.head().records()).isEqualTo(42);
  }

  @Test
  void refusesTopicsThatAreNoText() {
    assertThatThrownBy(() -> AuditJson.heads(head("1", "41", "42").replace("\"t\"", "{}")))
        .isInstanceOf(AuditFailure.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1.5, 41, 42",
    "4294967297, 41, 42",
    "1, 41, 9223372036854775808",
    "1, null, 42",
    "1, 41, true",
    "-1, 41, 42",
    "1, -2, 42",
    "1, 41, -1",
  })
  void refusesNumbersThatAreNone(String partition, String offset, String records) {
    assertThatThrownBy(() -> AuditJson.heads(head(partition, offset, records)))
        .isInstanceOf(AuditFailure.class)
        .hasMessage("its heads are not as GET /audit/head tells them");
  }
}
