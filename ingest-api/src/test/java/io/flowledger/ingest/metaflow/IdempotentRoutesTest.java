package io.flowledger.ingest.metaflow;

import static io.flowledger.projector.fixture.QuotedJson.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.Fingerprint;
import io.flowledger.event.Idempotency;
import io.flowledger.event.RunRegistered;
import io.flowledger.ingest.IngestConfig;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.bulk.entry.BulkLimits;
import io.flowledger.ingest.fixture.IngestServer;
import io.flowledger.ingest.fixture.IngestServer.Answer;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.EventKey;
import io.flowledger.projector.row.KeyedEvent;
import io.flowledger.schemas.Envelope;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever lost the answer to a write and repeats it under the same key is told the same again. */
final class IdempotentRoutesTest {

  private static final IngestConfig CONFIG =
      new IngestConfig(
          Limits.DEFAULTS.withMaxNameLength(20).withMaxValueBytes(1000).withMaxEntries(3),
          BulkLimits.DEFAULTS,
          20,
          "test/1");
  private static final String RUN = "/flows/F/run";
  private static final String STEP = "/flows/F/runs/1/steps/start/step";
  private static final String TASK = "/flows/F/runs/1/steps/start/task";
  private static final String METADATA = "/flows/F/runs/1/steps/start/tasks/1/metadata";
  private static final String ARTIFACT = "/flows/F/runs/1/steps/start/tasks/1/artifact";
  private static final String TAGS = "/flows/F/runs/1/tag/mutate";
  private static final String UNDECIDED =
      "it cannot be said now whether this request or another one under its Idempotency-Key was"
          + " first, try again";

  private IngestServer server;

  @BeforeEach
  void start(@TempDir Path directory) {
    server = new IngestServer(directory, CONFIG);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /**
   * @param replayed whether it says that it is that of an earlier request
   */
  private record Told(Answer answer, boolean replayed) {
    static Told of(HttpResponse<String> response) {
      return new Told(
          Answer.of(response),
          response.headers().allValues("Idempotent-Replayed").equals(List.of("true")));
    }
  }

  private static Told first(String position, String body) {
    return new Told(Answer.success(position, body), false);
  }

  private static Told again(Told first) {
    return new Told(first.answer(), true);
  }

  private static Told failure(int status, String message) {
    return new Told(Answer.failure(status, message), false);
  }

  private Told post(String path, String body, String key) {
    return keyed("POST", path, body, key).join();
  }

  private CompletableFuture<Told> keyed(String method, String path, String body, String key) {
    return server.exchange(method, path, body, "Idempotency-Key", key).thenApply(Told::of);
  }

  private int events() {
    return server.log().events().size();
  }

  private SpecificRecord lastEvent() {
    List<SpecificRecord> events = server.log().events();
    return events.get(events.size() - 1);
  }

  private Optional<KeyedEvent> holder(String key) {
    return view().keyed("F", key);
  }

  private View view() {
    return server.views().view(0);
  }

  private static String runBody(long number) {
    return "{\"flow_id\": \"F\", \"run_number\": "
        + number
        + ", \"user_name\": null, \"ts_epoch\": 1700000000123, \"tags\": [],"
        + " \"system_tags\": [], \"last_heartbeat_ts\": 1700000000}";
  }

  // ---- the same again --------------------------------------------------------------------------

  @Test
  void aRunThatIsPostedAgainIsTheSameRun() {
    server.given("/flows/F", "{}");

    Told first = post(RUN, "{}", "k-1");
    assertThat(first).isEqualTo(first("0@1", runBody(1)));
    assertThat(post(RUN, "{}", "k-1")).isEqualTo(again(first));
    assertThat(post(RUN, "{}", "k-2")).isEqualTo(first("0@2", runBody(2)));
    assertThat(post(RUN, "{}", "k-1")).isEqualTo(again(first));
    assertThat(events()).isEqualTo(3);
    assertThat(server.routes().idempotentReplays()).isEqualTo(2);
    assertThat(server.routes().pendingWrites()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST  | /flows/G    | {}",
        "POST  | " + RUN + " | {}",
        "POST  | " + RUN + " | {\"run_number\": \"r-a\"}",
        "POST  | /flows/F/runs/1/steps/end/step | {}",
        "POST  | " + TASK + " | {}",
        "POST  | " + TASK + " | {\"task_id\": \"t-a\"}",
        "POST  | " + METADATA + " | [{\"field_name\": \"f\"}, {\"field_name\": \"g\"}]",
        "POST  | " + ARTIFACT + " | [{\"name\": \"x\"}, {\"name\": \"y\"}, {\"name\": \"x\"}]",
        "PATCH | " + TAGS + " | {\"tags_to_add\": [\"a\"]}",
      })
  void everyWriteIsCarriedOutOnce(String method, String path, String body) {
    server.givenATask();

    Told first = keyed(method, path, body, "k").join();
    assertThat(first.answer().status()).isEqualTo(200);
    assertThat(first.answer().position()).isEqualTo("0@4");
    assertThat(first.replayed()).isFalse();
    assertThat(keyed(method, path, body, "k").join()).isEqualTo(again(first));
    assertThat(keyed(method, path, body, "k").join()).isEqualTo(again(first));
    assertThat(events()).isEqualTo(5);
  }

  @Test
  void artifactsAreCountedAsTheFirstTime() {
    server.givenATask();
    server.given(ARTIFACT, json("[{'name': 'x'}]"));
    String some = "[{\"name\": \"x\"}, {\"name\": \"y\"}]";

    Told first = post(ARTIFACT, some, "k");
    assertThat(first).isEqualTo(first("0@5", "{\"artifacts_created\": 1}"));
    assertThat(post(ARTIFACT, some, "k")).isEqualTo(again(first));
    assertThat(server.post(ARTIFACT, some).body()).isEqualTo("{\"artifacts_created\": 0}");
  }

  @Test
  void tagsAreToldAsTheyAreNow() {
    server.givenARun();
    String add = "{\"tags_to_add\": [\"a\"]}";
    keyed("PATCH", TAGS, add, "k").join();
    server.patch(TAGS, json("{'tags_to_add': ['b'], 'tags_to_remove': ['a']}"));

    assertThat(keyed("PATCH", TAGS, add, "k").join())
        .isEqualTo(again(first("0@2", "{\"tags\": [\"b\"]}")));
  }

  @Test
  void nothingIsAppendedForNothing() {
    server.givenATask();

    assertThat(post(METADATA, "[]", "k")).isEqualTo(first("", "{\"metadata_created\": 0}"));
    assertThat(holder("k")).isEmpty();
  }

  @Test
  void theKeyIsInTheEventAsSent() {
    server.given("/flows/F", "{}");
    post(RUN, "{}", "k \\ \"key\"");

    assertThat(((RunRegistered) lastEvent()).getIdempotency())
        .isEqualTo(
            new Idempotency(
                "k \\ \"key\"", new Fingerprint(HexFormat.of().parseHex("050256042dc5c107"))));
  }

  @Test
  void whoDoesNotWaitGetsThePositionOfTheFirst() {
    server.given("/flows/F", "{}");
    post(RUN, "{}", "k");

    assertThat(
            server
                .exchange("POST", RUN, "{}", "Idempotency-Key", "k", "Prefer", "respond-async")
                .thenApply(Told::of)
                .join())
        .isEqualTo(
            new Told(new Answer(202, "application/json", "0@1", "{\"position\": \"0@1\"}"), true));
  }

  // ---- another request -------------------------------------------------------------------------

  @Test
  void aKeyIsForOneRequest() {
    server.givenARun();
    post(RUN, "{}", "k");
    Told another = failure(422, "Idempotency-Key 'k' is that of another request of flow F");

    assertThat(post(RUN, "{ }", "k")).isEqualTo(another);
    assertThat(post(STEP, "{}", "k")).isEqualTo(another);
    assertThat(keyed("PATCH", TAGS, "{}", "k").join()).isEqualTo(another);
    assertThat(events()).isEqualTo(3);
    assertThat(server.routes().idempotentReplays()).isZero();
  }

  @Test
  void flowsHaveTheirOwnKeys() {
    server.given("/flows/F", "{}");
    server.given("/flows/G", "{}");
    post(RUN, "{}", "k");

    assertThat(post("/flows/G/run", "{}", "k"))
        .isEqualTo(first("0@3", runBody(2).replace("\"F\"", "\"G\"")));
  }

  @Test
  void theSecondOfTwoRequestsThatMeetIsRefused() throws InterruptedException {
    server.given("/flows/F", "{}");
    server.log().holdBack();
    CompletableFuture<Told> run = onItsWay(RUN, "{}");
    CompletableFuture<Told> other = onItsWay(RUN, "{ }");
    server.log().applyAll();

    assertThat(run.join()).isEqualTo(first("0@1", runBody(1)));
    assertThat(other.join())
        .isEqualTo(failure(422, "Idempotency-Key 'k' is that of another request of flow F"));
  }

  // ---- at the same time ------------------------------------------------------------------------

  /** A request under the key k that has been appended, but not applied. */
  private CompletableFuture<Told> onItsWay(String path, String body) throws InterruptedException {
    CountDownLatch appended = new CountDownLatch(1);
    server.log().afterAppend(appended::countDown);
    CompletableFuture<Told> told = keyed("POST", path, body, "k");
    assertThat(appended.await(20, TimeUnit.SECONDS)).isTrue();
    return told;
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"run_number\": \"r-a\"}"})
  void ofManyAtTheSameTimeOneIsCarriedOutAndAllAreToldTheSame(String body)
      throws InterruptedException {
    server.given("/flows/F", "{}");
    server.log().holdBack();
    List<CompletableFuture<Told>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(onItsWay(RUN, body));
    }
    server.log().applyAll();

    Told first = all.get(0).join();
    assertThat(first.answer().position()).isEqualTo("0@1");
    assertThat(first.answer().status()).isEqualTo(200);
    assertThat(first.replayed()).isFalse();
    assertThat(all.subList(1, 10))
        .allSatisfy(told -> assertThat(told.join()).isEqualTo(again(first)));
    List<Long> runs = new ArrayList<>();
    view().runs("F", Optional.empty(), run -> runs.add(run.number()));
    assertThat(runs).containsExactly(1L);
    assertThat(server.routes().pendingWrites()).isZero();
  }

  // ---- refused ---------------------------------------------------------------------------------

  @Test
  void whoLostItsNameToAnotherIsToldSoAgain() {
    server.given("/flows/F", "{}");
    server
        .log()
        .beforeAppend(
            () ->
                server
                    .views()
                    .apply(Events.run("F", 99).named("r-a").by("bob").at(1).writtenBy("other")));
    String body = "{\"run_number\": \"r-a\"}";
    Told lost = failure(409, "run F/r-a exists already");

    assertThat(post(RUN, body, "k")).isEqualTo(lost);
    assertThat(post(RUN, body, "k")).isEqualTo(lost);
    assertThat(holder("k")).isEmpty();
  }

  @Test
  void whoIsRefusedMayTryAgainUnderTheSameKey() {
    assertThat(post(RUN, "{}", "k")).isEqualTo(failure(404, "flow F is not registered"));
    server.given("/flows/F", "{}");

    assertThat(post(RUN, "{}", "k")).isEqualTo(first("0@1", runBody(1)));
  }

  // ---- the view cannot be read -----------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST  | " + RUN + " | {}",
        "POST  | " + TASK + " | {}",
        "POST  | " + METADATA + " | [{}]",
        "PATCH | " + TAGS + " | {}",
      })
  void whoIsToldToTryAgainThenIsToldTheOutcome(String method, String path, String body) {
    server.givenATask();
    server.log().afterAppend(() -> server.views().waiting(LocalReadModel.Waiting.UNAVAILABLE));

    assertThat(keyed(method, path, body, "k").join()).isEqualTo(failure(503, UNDECIDED));
    server.views().waiting(LocalReadModel.Waiting.NORMAL);
    Told told = keyed(method, path, body, "k").join();
    assertThat(told.answer().status()).isEqualTo(200);
    assertThat(told.answer().position()).isEqualTo("0@4");
    assertThat(told.replayed()).isTrue();
    assertThat(events()).isEqualTo(5);
  }

  @Test
  void whereTheViewCannotBeAskedFirstTheProjectionDecides() {
    server.givenATask();
    Told first = post(TASK, "{}", "k");
    server.views().viewsOpen(false);
    server.log().afterAppend(() -> server.views().viewsOpen(true));

    assertThat(post(TASK, "{}", "k")).isEqualTo(again(first));
    assertThat(events()).isEqualTo(6);
    assertThat(holder("k")).map(KeyedEvent::offset).contains(4L);
  }

  @Test
  void aViewThatClosesBeforeItIsReadBackLeavesItUndecided() {
    server.given("/flows/F", "{}");
    server.log().afterAppend(() -> server.views().viewsOpen(false));

    assertThat(post(RUN, "{}", "k")).isEqualTo(failure(503, UNDECIDED));
  }

  // ---- the header ------------------------------------------------------------------------------

  @Test
  void aQuotedKeyIsTheSameAsTheBareOne() {
    server.given("/flows/F", "{}");
    Told first = post(RUN, "{}", "\"a\\\"b\\\\c\"");

    assertThat(post(RUN, "{}", "a\"b\\c")).isEqualTo(again(first));
  }

  @ParameterizedTest
  @CsvSource({
    "'', must be 1 to 255 printable ASCII characters",
    "'\"\"', must be 1 to 255 printable ASCII characters",
    "a\tb, must be 1 to 255 printable ASCII characters",
    "'\"a\\b\"', is no quoted string",
    "'\"a\"b\"', is no quoted string",
    "'\"a\\\"', is no quoted string",
  })
  void aKeyThatIsNoneIsRefused(String key, String why) {
    server.given("/flows/F", "{}");

    assertThat(post(RUN, "{}", key)).isEqualTo(failure(400, "Idempotency-Key " + why));
    assertThat(events()).isEqualTo(1);
  }

  @Test
  void aKeyHasItsLimits() {
    server.given("/flows/F", "{}");

    assertThat(post(RUN, "{}", "k".repeat(256)))
        .isEqualTo(failure(400, "Idempotency-Key must be 1 to 255 printable ASCII characters"));
    assertThat(post(RUN, "{}", "k".repeat(255)).answer().status()).isEqualTo(200);
    assertThat(
            server
                .exchange("POST", RUN, "{}", "Idempotency-Key", "a", "Idempotency-Key", "b")
                .thenApply(Told::of)
                .join())
        .isEqualTo(failure(400, "a request has one Idempotency-Key at most"));
  }

  // ---- what others build on --------------------------------------------------------------------

  @Test
  void theViewTellsWhatTheFirstEventMade() {
    server.givenAStep();
    post(TASK, "{}", "k");

    assertThat(holder("k"))
        .hasValueSatisfying(
            first -> {
              assertThat(first.kind()).isEqualTo(Envelope.Kind.TASK);
              assertThat(first.runNumber()).isEqualTo(1);
              assertThat(first.taskId()).isEqualTo(1);
              assertThat(first.offset()).isEqualTo(3);
              assertThat(first.event()).isNotEqualTo(new EventKey(0, 0));
            });
  }
}
