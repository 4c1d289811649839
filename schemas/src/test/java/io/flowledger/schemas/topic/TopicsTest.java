package io.flowledger.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicsTest {

  private static Topics topics(Topics.Flush flush) {
    return new Topics("flowledger.", "_schemas", 6, (short) 3, flush, 1000);
  }

  @Test
  void eventsAreKeptForEverAndOnlyHeartbeatsAndSchemasAreCompacted() {
    Map<String, String> keptForEver =
        Map.of(
            "cleanup.policy", "delete",
            "retention.ms", "-1",
            "retention.bytes", "-1",
            "max.message.bytes", "1000",
            "min.insync.replicas", "2",
            "unclean.leader.election.enable", "false");
    Map<String, String> compacted =
        Map.of(
            "cleanup.policy", "compact",
            "min.insync.replicas", "2",
            "unclean.leader.election.enable", "false");

    assertThat(topics(Topics.Flush.UNMANAGED).all())
        .containsExactly(
            new Topics.Spec("flowledger.events", 6, (short) 3, keptForEver),
            new Topics.Spec("flowledger.heartbeats", 6, (short) 3, compacted),
            new Topics.Spec("flowledger.ids", 1, (short) 3, keptForEver),
            new Topics.Spec("flowledger.dead-letters", 1, (short) 3, keptForEver),
            new Topics.Spec("_schemas", 1, (short) 3, compacted));
  }

  @Test
  void whatMustNotBeLostIsForcedToDiskWhereThatIsAsked() {
    assertThat(flushes(Topics.Flush.EVERY_MESSAGE))
        .isEqualTo(Map.of("flowledger.events", "1", "flowledger.ids", "1", "_schemas", "1"));
  }

  @Test
  void theOperatingSystemIsLeftToItWhereThatIsAsked() {
    String never = "9223372036854775807";

    assertThat(flushes(Topics.Flush.OPERATING_SYSTEM))
        .isEqualTo(Map.of("flowledger.events", never, "flowledger.ids", never, "_schemas", never));
  }

  private static Map<String, String> flushes(Topics.Flush flush) {
    return topics(flush).all().stream()
        .filter(spec -> spec.configs().containsKey("flush.messages"))
        .collect(
            java.util.stream.Collectors.toMap(
                Topics.Spec::name, spec -> spec.configs().getOrDefault("flush.messages", "")));
  }

  @Test
  void namesTakeAPrefix() {
    Topics topics = new Topics("team.", "s", 1, (short) 1, Topics.Flush.UNMANAGED, 1);

    assertThat(topics.events()).isEqualTo("team.events");
    assertThat(topics.heartbeats()).isEqualTo("team.heartbeats");
    assertThat(topics.ids()).isEqualTo("team.ids");
    assertThat(topics.deadLetters()).isEqualTo("team.dead-letters");
    assertThat(topics.schemas()).isEqualTo("s");
  }
}
