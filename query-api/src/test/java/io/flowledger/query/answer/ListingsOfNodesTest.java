package io.flowledger.query.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.Caller;
import io.flowledger.http.access.Access;
import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Grants;
import io.flowledger.http.forward.ClusterNodes;
import io.flowledger.http.forward.ClusterSecret;
import io.flowledger.http.forward.InternalCalls;
import io.flowledger.http.forward.Neighbours;
import io.flowledger.http.forward.NodeClient;
import io.flowledger.http.forward.OtherNodes;
import io.flowledger.http.forward.UnderWay;
import io.flowledger.projector.fixture.Events;
import io.flowledger.projector.fixture.Seed;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.query.QueryConfig;
import io.flowledger.query.QueryRoutes;
import io.flowledger.query.fixture.QueryServer;
import io.flowledger.query.fixture.QueryServer.Answer;
import io.flowledger.query.fixture.World;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However the partitions are spread over nodes, and however they move while a listing is read, its
 * bytes are those of one node that has them all.
 */
final class ListingsOfNodesTest {

  private static final int PARTITIONS = 5;
  private static final int FLOWS = 300;
  private static final int RUNS = 200;
  private static final List<String> VALUES = List.of("a", "b", "ü");

  private final Random random = new Random(Seed.of("ListingsOfNodesTest"));
  private final Vertx vertx = Vertx.vertx();
  private final NodeClient client = new NodeClient(vertx, new ClusterSecret(Optional.empty()));
  private World world;
  private QueryServer alone;
  private QueryServer other;
  private QueryServer among;
  private int moves;
  private int asked;
  private int longest; // part
  private boolean steady;

  @BeforeEach
  void start(@TempDir Path directory) {
    world = new World(directory, PARTITIONS);
    for (int flow = 0; flow < FLOWS; flow++) {
      world.flow("F" + flow, random.nextInt(50));
    }
    for (long run = 1; run <= RUNS; run++) {
      String flow = "F" + random.nextInt(FLOWS);
      world.apply(Events.run(flow, run).tags(List.of(oneOf(VALUES))).at(run));
      world.step(flow, run, "start", run);
      world.task(flow, run, "start", 1000 + run, run);
      world.metadata(
          flow, run, "start", 1000 + run, List.of(Map.entry("field", oneOf(VALUES))), run);
      world.beat(flow, run, 1000 + run, 5_000 + run);
    }
    alone = new QueryServer(vertx, router -> mount(router, Optional.empty()));
    other =
        new QueryServer(
            vertx,
            router -> {
              new InternalCalls(new ClusterSecret(Optional.empty()), world.views(), new UnderWay())
                  .mount(router);
              routes(Optional.empty()).mount(router);
            });
    among = new QueryServer(vertx, router -> mount(router, Optional.of(new Moving())));
  }

  /** Behind a gate that believes who says what they may do. */
  private void mount(Router router, Optional<OtherNodes> others) {
    router
        .route()
        .handler(
            request -> {
              String grants = request.request().getHeader("Granted");
              if (grants != null) {
                Caller.isCredential(request, "tim");
                Access.put(request, new Credential("tim", Grants.parse(grants)));
              }
              request.next();
            });
    routes(others).mount(router);
  }

  @AfterEach
  void stop() {
    alone.close();
    other.close();
    among.close();
    client.close();
    world.close();
  }

  private QueryRoutes routes(Optional<OtherNodes> others) {
    return new QueryRoutes(
        vertx,
        world.views(),
        others,
        QueryConfig.defaults(),
        Clock.systemUTC(),
        new SimpleMeterRegistry());
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** Nothing is known of others but what they answer. */
  private static final class Quiet implements Neighbours {
    @Override
    public void askAll() {}

    @Override
    public boolean speaks(Owner.Remote node) {
      return true;
    }
  }

  /** Each time other nodes have other partitions, and some have just lost theirs. */
  private final class Moving implements OtherNodes {
    private final OtherNodes real = new ClusterNodes(world.views(), client, new Quiet());

    @Override
    public synchronized List<Part> parts() {
      if (steady) {
        return List.of(
            new Part(
                new Owner.Remote("127.0.0.1", other.port()),
                IntStream.range(0, PARTITIONS).boxed().toList()));
      }
      if (random.nextInt(10) == 0) {
        throw new ViewUnavailableException("nobody has it now");
      }
      Map<Owner, List<Integer>> parts = new LinkedHashMap<>();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        Owner owner =
            random.nextInt(3) == 0
                ? new Owner.Local()
                : new Owner.Remote(random.nextBoolean() ? "127.0.0.1" : "localhost", other.port());
        parts.computeIfAbsent(owner, first -> new ArrayList<>()).add(partition);
      }
      return parts.entrySet().stream()
          .map(part -> new Part(part.getKey(), part.getValue()))
          .toList();
    }

    @Override
    public Answer ask(
        MultiMap caller, Owner.Remote node, List<Integer> partitions, String uri, long millis) {
      synchronized (this) {
        asked++;
        if (!steady && random.nextInt(5) == 0) {
          moves++;
          throw new ViewUnavailableException("it has moved");
        }
      }
      Answer answer = real.ask(caller, node, partitions, uri, millis);
      longest = Math.max(longest, answer.body().length());
      return answer;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/flows",
        "/flows?_limit=7",
        "/flows?_limit=500",
        "/flows?as_of=1970-01-01T00:00:00.025",
        "/search?tag=a",
        "/search?tag=%C3%BC&_limit=3",
        "/search?field=field&value=b&_limit=40",
        "/search?field=field&value=(a%7Cb)&op=re",
        "/search?field=field&value=b&flow=F7",
        "/search?field=field&value=(&op=re",
        "/events",
        "/events?heartbeats=true",
        "/events?type=RunRegistered",
        "/events?flow=F7",
        "/audit/head",
      })
  void isThatOfOneNode(String path) {
    for (int turn = 0; turn < 4; turn++) {
      assertThat(among.get(path)).as(path).isEqualTo(alone.get(path));
    }
  }

  /** The other nodes know who asks, and show what they may read. */
  @ParameterizedTest
  @ValueSource(strings = {"/flows", "/search?tag=a", "/search?field=field&value=b", "/events"})
  void theyShowWhatOneMayRead(String path) {
    String[] granted = {"Granted", "reader:F1*"};
    Answer some = alone.get(path, granted);
    assertThat(some.body()).contains("F1").doesNotContain("F2");
    assertThat(alone.get(path).body()).contains("F2");
    for (int turn = 0; turn < 4; turn++) {
      assertThat(among.get(path, granted)).as(path).isEqualTo(some);
    }
  }

  @Test
  void theyGoOnWhereTheyWere() {
    String path = "/flows?_limit=13";
    String cursor = "";
    int pages = 0;
    do {
      String page = path + (cursor.isEmpty() ? "" : "&_cursor=" + cursor);
      Answer answer = among.get(page);
      assertThat(answer).isEqualTo(alone.get(page));
      cursor = answer.nextCursor();
      pages++;
    } while (!cursor.isEmpty());
    assertThat(pages).isEqualTo(FLOWS / 13 + 1);
    assertThat(moves).isPositive();
  }

  private void longEvents(int count, int length) {
    for (int event = 0; event < count; event++) {
      String value = (event % 10 + "").repeat(length);
      world.metadata(
          "F" + event, 1 + event % RUNS, "start", 1, List.of(Map.entry("field", value)), event);
    }
  }

  /** However long events are, no node holds many of them. */
  @Test
  void partsAreShortWhereRowsAreLong() {
    longEvents(100, 60_000);
    String path = "/events";
    assertThat(among.get(path)).isEqualTo(alone.get(path));
    assertThat(longest).isBetween(60_000, 128 * 1024 + 70_000);
  }

  /** An answer is written a stretch at a time, and what has been fetched is not fetched anew. */
  @ParameterizedTest
  @ValueSource(strings = {"/events", "/search?field=field&value=(1%7Cb)%2B&op=re&_limit=500"})
  void whatHasBeenFetchedIsKept(String path) {
    longEvents(100, 60_000);
    steady = true;
    assertThat(among.get(path)).isEqualTo(alone.get(path));
    assertThat(asked).isLessThan(100);
  }
}
