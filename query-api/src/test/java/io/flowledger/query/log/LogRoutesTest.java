package io.flowledger.query.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.RunRegistered;
import io.flowledger.projector.text.AvroJson;
import io.flowledger.projector.text.JsonText;
import io.flowledger.query.QueryConfig;
import io.flowledger.query.QueryRoutes;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.QueryServer.Answer;
import io.flowledger.query.fixture.World;
import io.flowledger.schemas.Position;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log itself: flows F and Big in partitions of their own. */
final class LogRoutesTest {

  private static final String LINES = "application/x-ndjson";
  private static final int TASKS = 3000;

  private static World world;
  private static QueryServer server;
  private static int first;
  private static String f = "";
  private static String big = "";

  @BeforeAll
  static void start(@TempDir Path directory) {
    world = new World(directory, 2);
    server =
        new QueryServer(
            Vertx.vertx(),
            new QueryRoutes(Vertx.vertx(), world.views(), QueryConfig.defaults(), Clock.systemUTC())
                ::mount);
    f = flowIn(0);
    big = flowIn(1);
    world.flow(f, 10);
    world.run(f, 1, 20);
    world.step(f, 1, "start", 30);
    world.views().apply(Position.Log.EVENTS, 0, utf8(f), utf8("foreign"));
    world.task(f, 1, "start", 7, 40);
    world.beat(f, 1, null, 41_500);
    world.beat(f, 1, 7L, 42_500);
    world.step(f, 9, "lost", 50);
    world.flow(big, 15);
    world.run(big, 2, 25);
    world.step(big, 2, "s", 35);
    for (int task = 0; task < TASKS; task++) {
      world.task(big, 2, "s", 100 + task, 100 + task);
    }
  }

  @AfterEach
  void openViews() {
    world.views().viewsOpen(true);
  }

  @AfterAll
  static void stop() {
    server.close();
    world.close();
  }

  private static String flowIn(int partition) {
    return Stream.iterate(first, i -> i + 1)
        .map(i -> "F" + i)
        .filter(name -> world.views().partitionOf(name) == partition)
        .findFirst()
        .orElseThrow();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> lines(String path) {
    Answer answer = server.get(path);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.contentType()).isEqualTo(LINES);
    return answer.body().lines().toList();
  }

  private static List<String> positions(List<String> lines) {
    return lines.stream().map(line -> line.split("\"", -1)[3]).toList();
  }

  private static List<String> offsets(int partition, int... offsets) {
    return IntStream.of(offsets).mapToObj(offset -> partition + "@" + offset).toList();
  }

  @Test
  void isToldPartitionAfterPartition() {
    List<String> all = lines("/events");
    assertThat(positions(all).subList(0, 6)).isEqualTo(offsets(0, 0, 1, 2, 3, 4, 5));
    assertThat(positions(all).subList(6, all.size()))
        .isEqualTo(offsets(1, IntStream.range(0, TASKS + 3).toArray()));
  }

  @Test
  void hasTheLinesOfTheHistoryAndTheRecordsThatCannotBeRead() {
    String history =
        server.get("/flows/" + f + "/events", "Accept", LINES).body()
            + server.get("/flows/" + big + "/events", "Accept", LINES).body();
    String unreadable =
        "{\"position\": \"0@3\", \"type\": null, \"verdict\": \"rejected\", \"reason\": \"not in"
            + " Confluent's wire format (magic byte 0, schema id)\", \"event\": null}";
    List<String> expected = new ArrayList<>(history.lines().toList());
    expected.add(3, unreadable);
    assertThat(lines("/events")).isEqualTo(expected);
  }

  @Test
  void ofOneFlow() {
    assertThat(server.get("/events?flow=" + f).body())
        .isEqualTo(server.get("/flows/" + f + "/events", "Accept", LINES).body());
    assertThat(server.get("/events?flow=None"))
        .extracting(Answer::status, Answer::body)
        .containsExactly(404, "flow None is not registered");
  }

  @Test
  void heartbeatsComeWithWhatTheyAreOf() {
    assertThat(lines("/events?heartbeats=true&to=1000000&flow=" + f))
        .filteredOn(line -> line.contains("\"Heartbeat\""))
        .containsExactly(
            "{\"position\": null, \"type\": \"Heartbeat\", \"event\": {\"flow_id\": \""
                + f
                + "\", \"run_number\": 1, \"task_id\": null, \"ts_epoch\": 41000}}",
            "{\"position\": null, \"type\": \"Heartbeat\", \"event\": {\"flow_id\": \""
                + f
                + "\", \"run_number\": 1, \"task_id\": 7, \"ts_epoch\": 42000}}");
    assertThat(lines("/events?heartbeats=true&to=20").get(2)).endsWith("\"ts_epoch\": 20}}");
    assertThat(lines("/events?heartbeats=true&type=StepRegistered"))
        .noneMatch(line -> line.contains("\"Heartbeat\""));
  }

  @Test
  void heartbeatsOfAPeriodMayBeOfWhatWasThereBefore() {
    for (String query : List.of("", "&flow=" + f)) {
      assertThat(lines("/events?heartbeats=true&from=42000&to=50000" + query))
          .containsExactly(
              "{\"position\": null, \"type\": \"Heartbeat\", \"event\": {\"flow_id\": \""
                  + f
                  + "\", \"run_number\": 1, \"task_id\": 7, \"ts_epoch\": 42000}}");
    }
  }

  @Test
  void ofAPeriod() {
    assertThat(positions(lines("/events?from=20&to=30"))).containsExactly("0@1", "0@2", "1@1");
    assertThat(positions(lines("/events?as_of=15"))).containsExactly("0@0", "1@0");
    assertThat(positions(lines("/events?from=1970-01-01T00:00:00.035Z&to=40")))
        .containsExactly("0@4", "1@2");
    assertThat(positions(lines("/events?flow=" + f + "&from=0@1&to=0@4")))
        .containsExactly("0@2", "0@4");
  }

  /** Of several partitions a position says nothing, but first it has to be one. */
  @Test
  void aPositionThatIsNotThereIsRefusedWithWhatThereIs() {
    int end = 3 + TASKS;
    for (String parameter : List.of("from", "to", "as_of", "from=0&to")) {
      String path = "/events?" + parameter + "=";
      assertThat(server.get(path + "1@9999"))
          .isEqualTo(
              Answer.failure(
                  400,
                  "position 1@9999 is not there yet, the log of partition 1 has %d events"
                      .formatted(end)));
      assertThat(server.get(path + "9@0"))
          .isEqualTo(Answer.failure(400, "position 9@0 is in none of the 2 partitions of the log"));
      assertThat(server.get(path + "1@0"))
          .isEqualTo(
              Answer.failure(
                  400,
                  "position 1@0 says nothing of the other partitions; name a time, or a flow"));
    }
    assertThat(server.get("/flows", "Flowledger-Min-Position", "9@0"))
        .isEqualTo(Answer.failure(400, "position 9@0 is in none of the 2 partitions of the log"));
    assertThat(server.get("/flows?as_of=9@0"))
        .isEqualTo(Answer.failure(400, "position 9@0 is in none of the 2 partitions of the log"));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThat(server.get("/events?from=0@1"))
        .extracting(Answer::status, Answer::body)
        .containsExactly(
            400, "position 0@1 says nothing of the other partitions; name a time, or a flow");
    assertThat(server.get("/events?to=1@1&flow=" + f))
        .extracting(Answer::status, Answer::body)
        .containsExactly(400, "position 1@1 is not in partition 0, where the flow is");
    assertThat(server.get("/events?from=x").status()).isEqualTo(400);
  }

  @Test
  void filters() {
    assertThat(positions(lines("/events?type=FlowRegistered"))).containsExactly("0@0", "1@0");
    assertThat(positions(lines("/events?verdict=rejected"))).containsExactly("0@5");
  }

  @Test
  void isNotToldInPart() {
    world.views().viewsOpen(false);
    assertThat(server.get("/events").status()).isEqualTo(503);
  }

  @Test
  void theAvroFileHasTheSame() throws IOException, InterruptedException {
    for (String query : List.of("?heartbeats=true", "?type=RunRegistered", "?type=None")) {
      assertThat(avro("/events" + query))
          .isEqualTo(
              lines("/events" + query).stream()
                  .map(line -> line.substring(line.indexOf("\"event\": ") + 9, line.length() - 1))
                  .collect(Collectors.toList()));
    }
  }

  @Test
  void theAvroFileSaysWhereAnEventWasAndWhatBecameOfIt() throws IOException, InterruptedException {
    GenericRecord lost = records("/events?verdict=rejected").get(0);
    assertThat(lost.get("position").toString()).isEqualTo("0@5");
    assertThat(lost.get("verdict").toString()).isEqualTo("rejected");
    assertThat(lost.get("reason").toString()).isEqualTo("run " + f + "/9 is not registered");
    GenericRecord run = records("/events?type=RunRegistered").get(0);
    assertThat(((IndexedRecord) run.get("event")).getSchema())
        .isEqualTo(RunRegistered.getClassSchema());
  }

  private static List<String> avro(String path) throws IOException, InterruptedException {
    List<String> events = new ArrayList<>();
    for (GenericRecord record : records(path)) {
      IndexedRecord event = (IndexedRecord) record.get("event");
      JsonText json = new JsonText(64);
      if (event == null) {
        json.string(null);
      } else {
        AvroJson.write(event, json);
      }
      events.add(json.toString());
    }
    return events;
  }

  private static List<GenericRecord> records(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                    .header("Accept", "application/avro")
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/avro");
    List<GenericRecord> records = new ArrayList<>();
    try (DataFileStream<GenericRecord> file =
        new DataFileStream<>(new ByteArrayInputStream(answer.body()), new GenericDatumReader<>())) {
      file.forEach(records::add);
    }
    return records;
  }
}
