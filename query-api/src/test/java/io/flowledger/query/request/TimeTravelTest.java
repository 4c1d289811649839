package io.flowledger.query.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.LocalReadModel;
import io.flowledger.projector.fixture.MemoryRegistry;
import io.flowledger.projector.fixture.RandomEvents;
import io.flowledger.projector.fixture.Seed;
import io.flowledger.projector.readmodel.LoggedEvent;
import io.flowledger.query.QueryConfig;
import io.flowledger.query.QueryRoutes;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.QueryServer.Answer;
import io.flowledger.schemas.Position;
import io.flowledger.schemas.serde.EventSerde;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a read answers as of a moment is what it answered at that moment. */
final class TimeTravelTest {

  private static final int EVENTS = 35;
  private static final List<String> FLOWS = List.of("F", "G%C3%A4");
  private static final List<String> OF_FLOW =
      List.of(
          "",
          "/runs",
          "/runs?_limit=1",
          "/runs?status=running,failed,completed",
          "/runs?_tags:any=a,b",
          "/events");
  private static final List<String> OF_RUN =
      List.of(
          "",
          "/steps",
          "/status",
          "/metadata",
          "/metadata?_limit=2",
          "/artifacts",
          "/artifacts?_limit=2",
          "/events?verdict=applied");
  private static final List<String> OF_STEP =
      List.of(
          "",
          "/tasks",
          "/tasks?task_name=t-a",
          "/artifacts",
          "/filtered_tasks?metadata_field_name=attempt",
          "/events");
  private static final List<String> OF_TASK =
      List.of(
          "",
          "/metadata",
          "/artifacts",
          "/artifacts/x",
          "/artifacts/x/attempt/1",
          "/attempt/0/artifacts");

  /** A clock that is set. */
  private static final class SetClock extends Clock {
    private volatile long millis = 1_700_000_000_000L;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(millis);
    }
  }

  private static List<String> paths() {
    List<String> paths = new ArrayList<>(List.of("/flows", "/flows?_limit=1"));
    for (String flow : FLOWS) {
      OF_FLOW.forEach(path -> paths.add("/flows/" + flow + path));
      for (String run : List.of("1", "2", "r-a")) {
        String ofRun = "/flows/" + flow + "/runs/" + run;
        OF_RUN.forEach(path -> paths.add(ofRun + path));
        for (String step : List.of("start", "end")) {
          String ofStep = ofRun + "/steps/" + step;
          OF_STEP.forEach(path -> paths.add(ofStep + path));
          if (!run.equals("r-a")) {
            for (String task : List.of(step.equals("start") ? "1" : "2", "t-b")) {
              OF_TASK.forEach(path -> paths.add(ofStep + "/tasks/" + task + path));
            }
          }
        }
      }
    }
    return paths;
  }

  private static String with(String path, String parameter) {
    return path + (path.contains("?") ? "&" : "?") + parameter;
  }

  @Test
  void asOfEveryPositionEveryReadAnswersWhatItAnsweredThen(@TempDir Path directory) {
    Random random = Seed.random("TimeTravelTest");
    EventSerde serde = MemoryRegistry.serde(LocalReadModel.topics(1));
    SetClock clock = new SetClock();
    Vertx vertx = Vertx.vertx();
    List<String> paths = paths();
    try (LocalReadModel views = new LocalReadModel(directory, 1, serde);
        QueryServer server =
            new QueryServer(
                vertx, new QueryRoutes(vertx, views, QueryConfig.defaults(), clock)::mount)) {
      RandomEvents events = new RandomEvents(random, serde);
      Map<Position, Map<String, Answer>> then = new LinkedHashMap<>();
      Map<Position, Long> times = new LinkedHashMap<>();
      while (then.size() < EVENTS) {
        events.appendTo(
            (key, value) -> {
              if (key == null) {
                return;
              }
              Position position = views.apply(Position.Log.EVENTS, 0, key, value);
              clock.millis =
                  serde
                      .event(value)
                      .flatMap(event -> LoggedEvent.of(0, event))
                      .map(event -> event.envelope().tsEpoch())
                      .orElse(clock.millis);
              times.put(position, clock.millis);
              Map<String, Answer> answers = new LinkedHashMap<>();
              paths.forEach(path -> answers.put(path, server.get(path)));
              then.put(position, answers);
            });
      }
      then.forEach(
          (position, answers) -> {
            clock.millis = times.getOrDefault(position, 0L);
            answers.forEach(
                (path, answer) ->
                    assertThat(server.get(with(path, "as_of=" + position)))
                        .as(path + " as of " + position)
                        .isEqualTo(answer));
          });
    }
  }
}
