package io.flowledger.deploy.server;

import static io.flowledger.deploy.fixture.OutsideProducer.EVENTS;
import static io.flowledger.deploy.fixture.OutsideProducer.TIME;
import static io.flowledger.deploy.fixture.OutsideProducer.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.OutsideProducer;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.event.RunRegistered;
import io.flowledger.schemas.EventIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What was rejected can be looked at, and redriven when the reason is gone. */
class DeadLetterRoutesTest {

  private static final String PATH = "/flowledger/dead-letters";
  private static final ObjectMapper JSON = new ObjectMapper();

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @SuppressWarnings("NullAway.Init")
  private static OutsideProducer outside;

  @SuppressWarnings("NullAway.Init")
  private static Api api;

  @BeforeAll
  static void start() {
    int port = Ports.free();
    server = TestServer.startWithKafkaAt(port);
    outside = new OutsideProducer("127.0.0.1:" + port);
    api = Api.of(server);
  }

  @AfterAll
  static void stop() {
    outside.close();
    server.close();
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  private static List<JsonNode> list(String query) {
    Api.Answer answer = api.get(PATH + query);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return StreamSupport.stream(json(answer.body()).spliterator(), false).toList();
  }

  /** The letter of a record, when it is there. */
  private static JsonNode letterOf(RecordMetadata record) {
    return Awaitility.await()
        .until(
            () ->
                list(
                        "?_limit=500&topic=%s&partition=%d"
                            .formatted(record.topic(), record.partition()))
                    .stream()
                    .filter(letter -> letter.at("/source/offset").asLong() == record.offset())
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static List<String> redrive(String body) {
    Api.Answer answer = api.operate("POST", PATH + "/redrive", body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.body().lines().toList();
  }

  private static String outcome(JsonNode letter, String outcome, String place, String reason) {
    return "{\"position\": %d, \"outcome\": \"%s\", \"now_at\": %s, \"reason\": %s}"
        .formatted(letter.path("position").asLong(), outcome, place, reason);
  }

  private static String counts(
      int appended, int applied, int superseded, int rejected, int missing) {
    return ("{\"appended\": %d, \"applied\": %d, \"superseded\": %d, \"rejected\": %d,"
            + " \"redriven\": 0, \"missing\": %d, \"more\": false}")
        .formatted(appended, applied, superseded, rejected, missing);
  }

  private static String at(int partition, long offset) {
    return "\"" + EVENTS + "-" + partition + "@" + offset + "\"";
  }

  @Test
  void aLetterIsShownWithAllThatItHolds() {
    RunRegistered run = OutsideProducer.run("Nowhere", 70);
    RecordMetadata record =
        outside.append(
            new ProducerRecord<>(
                EVENTS,
                null,
                TIME,
                utf8("Nowhere"),
                outside.bytes(run),
                new RecordHeaders().add("trace", utf8("abc"))));
    JsonNode letter = letterOf(record);

    assertThat(api.get(PATH + "/" + letter.path("position").asLong()).body())
        .isEqualTo(
            ("{\"position\": %d, \"state\": \"waiting\", \"reason\": \"flow Nowhere is not"
                    + " registered\", \"timestamp\": 1700000000000, \"source\": {\"topic\":"
                    + " \"flowledger.events\", \"partition\": %d, \"offset\": %d}, \"now_at\":"
                    + " null, \"type\": \"RunRegistered\", \"flow_id\": \"Nowhere\", \"key\":"
                    + " \"Nowhere\", \"value_bytes\": %d, \"event\": {\"event_id\": \"%s\","
                    + " \"flow_id\": \"Nowhere\", \"run_number\": 70, \"run_id\": null,"
                    + " \"user_name\": \"eve\", \"tags\": [], \"system_tags\": [],"
                    + " \"heartbeat_ts\": null, \"ts_epoch\": 1700000000000, \"origin\": null,"
                    + " \"written_by\": \"outside/1\"}, \"value_base64\": null, \"headers\":"
                    + " [{\"name\": \"trace\", \"value\": \"abc\"}]}")
                .formatted(
                    letter.path("position").asLong(),
                    record.partition(),
                    record.offset(),
                    outside.bytes(run).length,
                    EventIds.toHex(run.getEventId())));
    assertThat(list("?flow=Nowhere")).containsExactly(letter);
  }

  @Test
  void bytesThatAreNoEventAreShownAsTheyAre() {
    RecordMetadata record = outside.append(new byte[] {(byte) 0xff}, new byte[] {1, 2, 3});
    JsonNode letter = letterOf(record);

    assertThat(letter.path("reason").asText())
        .isEqualTo("not in Confluent's wire format (magic byte 0, schema id)");
    assertThat(letter.path("key_base64").asText()).isEqualTo("/w==");
    assertThat(letter.path("value_base64").asText()).isEqualTo("AQID");
    assertThat(letter.path("event").isNull()).isTrue();
    assertThat(letter.path("type").isNull()).isTrue();
  }

  @Test
  void recordsWithoutAKeyOrAValueAreShownToo() {
    assertThat(letterOf(outside.append(null, new byte[] {0})).path("reason").asText())
        .isEqualTo("the record has no key");
    JsonNode letter = letterOf(outside.append(utf8("F"), null));
    assertThat(letter.path("reason").asText()).isEqualTo("a record without a value is no event");
    assertThat(letter.path("value_bytes").asInt()).isZero();
  }

  @Test
  void lettersAreRedrivenWhenTheReasonIsGone() {
    JsonNode run = letterOf(outside.append("Late", OutsideProducer.run("Late", 71)));
    JsonNode tag = letterOf(outside.append("Late", OutsideProducer.tag("Late", 71, "red")));
    int partition = run.at("/source/partition").asInt();

    String positions =
        "{\"positions\": [%d, %d]}"
            .formatted(run.path("position").asLong(), tag.path("position").asLong());
    List<String> tooEarly = redrive(positions);
    assertThat(tooEarly)
        .containsExactly(
            outcome(
                run,
                "rejected",
                at(partition, tag.at("/source/offset").asLong() + 1),
                "\"flow Late is not registered\""),
            outcome(
                tag,
                "rejected",
                at(partition, tag.at("/source/offset").asLong() + 2),
                "\"run Late/71 is not registered\""),
            counts(2, 0, 0, 2, 0));
    assertThat(list("?flow=Late&state=waiting")).hasSize(2);

    outside.append("Late", OutsideProducer.flow("Late"));
    long next = tag.at("/source/offset").asLong() + 4;
    List<String> redriven =
        List.of(
            outcome(run, "applied", at(partition, next), "null"),
            outcome(tag, "applied", at(partition, next + 1), "null"));
    assertThat(redrive("{\"flow\": \"Late\"}"))
        .containsExactly(redriven.get(0), redriven.get(1), counts(2, 2, 0, 0, 0));
    assertThat(api.get("/flows/Late/runs/71").body()).contains("\"tags\": [\"red\"]");

    assertThat(redrive(positions))
        .containsExactly(redriven.get(0), redriven.get(1), counts(0, 2, 0, 0, 0));
    assertThat(list("?flow=Late&state=waiting")).isEmpty();
    assertThat(list("?flow=Late"))
        .extracting(letter -> letter.path("state").asText())
        .containsExactly("applied", "applied");
    assertThat(list("?flow=Late&state=applied")).hasSize(2);
  }

  @Test
  void whatWasThereFirstSupersedesALetter() {
    JsonNode letter = letterOf(outside.append("Twice", OutsideProducer.run("Twice", 72)));
    outside.append("Twice", OutsideProducer.flow("Twice"));
    outside.append("Twice", OutsideProducer.run("Twice", 72));

    String position = "{\"positions\": [%1$s, %1$s]}".formatted(letter.path("position").asText());
    assertThat(redrive(position).get(0)).contains("\"superseded\"", "\"run number 72\"");
    assertThat(redrive(position).get(1)).isEqualTo(counts(0, 0, 1, 0, 0));
  }

  @Test
  void aRecordInAForeignPartitionIsRedrivenToItsOwn() {
    api.created("/flows/Elsewhere", "{}");
    RecordMetadata right = outside.append("Elsewhere", OutsideProducer.flow("Elsewhere"));
    int wrong = (right.partition() + 1) % outside.partitions();
    JsonNode letter =
        letterOf(
            outside.append(
                new ProducerRecord<>(
                    EVENTS,
                    wrong,
                    TIME,
                    utf8("Elsewhere"),
                    outside.bytes(OutsideProducer.run("Elsewhere", 73)))));
    assertThat(letter.path("reason").asText())
        .isEqualTo("flow Elsewhere belongs in partition " + right.partition());

    assertThat(redrive("{\"positions\": [" + letter.path("position") + "]}").get(0))
        .isEqualTo(outcome(letter, "applied", at(right.partition(), right.offset() + 1), "null"));
    assertThat(api.get("/flows/Elsewhere/runs/73").status()).isEqualTo(200);
  }

  @Test
  void aRecordUnderAForeignKeyIsRejectedWhereverItGoes() {
    RecordMetadata record =
        outside.append(utf8("Other"), outside.bytes(OutsideProducer.flow("Keyed")));
    JsonNode letter = letterOf(record);

    assertThat(redrive("{\"positions\": [" + letter.path("position") + "]}").get(0))
        .contains("\"rejected\"", EVENTS + "-" + record.partition() + "@")
        .endsWith("\"reason\": \"the record key is not the flow id Keyed\"}");
  }

  @Test
  void aRecordWithoutAKeyIsRejectedAgainWhateverElseItHolds() {
    int partition = 1;
    JsonNode event =
        letterOf(
            outside.append(keyless(partition, outside.bytes(OutsideProducer.flow("Keyless")))));
    RecordMetadata last = outside.append(keyless(partition, null));
    JsonNode headersOnly = letterOf(last);
    assertThat(event.path("reason").asText()).isEqualTo("the record has no key");
    assertThat(headersOnly.path("reason").asText()).isEqualTo("the record has no key");
    assertThat(headersOnly.at("/headers/0/name").asText()).isEqualTo("trace");

    String reason = "\"the record has no key\"";
    assertThat(
            redrive(
                "{\"positions\": [%s, %s]}"
                    .formatted(event.path("position"), headersOnly.path("position"))))
        .containsExactly(
            outcome(event, "rejected", at(partition, last.offset() + 1), reason),
            outcome(headersOnly, "rejected", at(partition, last.offset() + 2), reason),
            counts(2, 0, 0, 2, 0));
    assertThat(list("?state=redriven")).isEmpty();
    // Nor does the log tell it as an event that has had its effect.
    String place = partition + "@" + event.at("/source/offset").asText();
    assertThat(
            api.get("/events")
                .body()
                .lines()
                .map(DeadLetterRoutesTest::json)
                .filter(line -> line.path("position").asText().equals(place))
                .map(line -> line.path("verdict").asText()))
        .containsExactly("rejected");
  }

  @SuppressWarnings("NullAway") // a record may be without a key or a value
  private static ProducerRecord<byte[], byte[]> keyless(int partition, byte @Nullable [] value) {
    return new ProducerRecord<>(
        EVENTS, partition, TIME, null, value, new RecordHeaders().add("trace", utf8("abc")));
  }

  @Test
  void heartbeatsAreLettersToo() {
    outside.append(
        new ProducerRecord<>("flowledger.heartbeats", 0, TIME, utf8("r"), utf8("alive")));
    JsonNode letter =
        Awaitility.await()
            .until(() -> list("?topic=flowledger.heartbeats"), found -> !found.isEmpty())
            .get(0);
    assertThat(redrive("{\"positions\": [" + letter.path("position") + "]}").get(0))
        .contains("\"now_at\": \"flowledger.heartbeats-0@1\"");
    // What has become of a heartbeat is not in the view: its letter tells that it was rejected.
    Awaitility.await()
        .until(
            () -> list("?topic=flowledger.heartbeats"),
            found ->
                found.size() == 1
                    && found.get(0).at("/now_at/offset").asInt() == 1
                    && found.get(0).path("state").asText().equals("waiting"));
  }

  @Test
  void lettersAreFilteredAndPaged() {
    List<JsonNode> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(letterOf(outside.append("Paged", OutsideProducer.run("Paged", 80 + i))));
    }
    long second = all.get(1).path("position").asLong();
    assertThat(list("?flow=Paged&_limit=2&_cursor=" + second)).isEqualTo(all.subList(1, 3));
    assertThat(list("?reason=FLOW%20PAGED%20is%20not")).isEqualTo(all);
    assertThat(list("?flow=Paged&type=RunRegistered")).isEqualTo(all);
    assertThat(list("?flow=Paged&type=io.flowledger.event.RunRegistered")).isEqualTo(all);
    assertThat(list("?flow=Paged&type=FlowRegistered")).isEmpty();
    assertThat(list("?flow=Paged&topic=flowledger.events")).isEqualTo(all);
    assertThat(list("?flow=Paged&topic=other")).isEmpty();
    assertThat(list("?flow=Paged&from=" + TIME + "&to=" + TIME)).isEqualTo(all);
    assertThat(list("?flow=Paged&from=" + (TIME + 1))).isEmpty();
    assertThat(list("?flow=Paged&to=" + (TIME - 1))).isEmpty();
    assertThat(redrive("{\"flow\": \"Paged\", \"limit\": 2}").get(2))
        .endsWith("\"missing\": 0, \"more\": true}");
  }

  private static String refusal(Api.Answer answer) {
    return answer.status() + " " + json(answer.body()).path("message").asText();
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThat(refusal(api.get(PATH + "/1000000")))
        .isEqualTo("404 there is no dead letter at position 1000000");
    assertThat(refusal(api.get(PATH + "/x")))
        .isEqualTo("404 there is no dead letter at position x");
    assertThat(refusal(api.get(PATH + "?partition=x")))
        .isEqualTo("400 partition must be an integer, not 'x'");
    for (String none : List.of("4", "9", "-1", "9223372036854775807")) {
      String reason =
          "400 partition %s is none of the 4 partitions of the log, which are 0 to 3"
              .formatted(none);
      assertThat(refusal(api.get(PATH + "?partition=" + none))).isEqualTo(reason);
      assertThat(refusal(api.operate("POST", PATH + "/redrive", "{\"partition\": " + none + "}")))
          .isEqualTo(reason);
    }
    assertThat(refusal(api.get(PATH + "?state=x")))
        .isEqualTo("400 state must be one of waiting, applied, superseded, redriven");
    assertThat(refusal(api.get(PATH + "?_limit=0")))
        .isEqualTo("400 _limit must be an integer of at least 1, not '0'");
    assertThat(refusal(api.get(PATH + "?_cursor=-1")))
        .isEqualTo("400 _cursor must be an integer of at least 0, not '-1'");
    assertThat(refusal(api.get(PATH + "?_cursor=1000000")))
        .startsWith("400 position 1000000 is not there yet, the dead letters end at ");
    assertThat(
            Stream.of(
                    "",
                    "[]",
                    "{}",
                    "{\"positions\": []}",
                    "{\"positions\": [\"1\"]}",
                    "{\"positions\": [1], \"all\": true}",
                    "{\"limit\": 0, \"all\": true}",
                    "{\"position\": 1}")
                .map(body -> refusal(api.operate("POST", PATH + "/redrive", body))))
        .containsExactly(
            "400 the request has no body, JSON expected",
            "400 the body must be a JSON object",
            "400 positions or filters are missing; {\"all\": true} for all that wait",
            "400 positions must be a list of integers",
            "400 positions must be a list of integers",
            "400 either positions or filters, not both",
            "400 limit must be from 1 to 10000",
            "400 position is no field of a redrive");
    assertThat(redrive("{\"positions\": [1000000]}"))
        .containsExactly(
            "{\"position\": 1000000, \"outcome\": \"missing\", \"now_at\": null, \"reason\":"
                + " \"there is no dead letter at position 1000000\"}",
            counts(0, 0, 0, 0, 1));
  }
}
