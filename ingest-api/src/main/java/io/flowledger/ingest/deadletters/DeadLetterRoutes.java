package io.flowledger.ingest.deadletters;

import io.flowledger.http.BlockingWork;
import io.flowledger.http.JsonLines;
import io.flowledger.http.Operators;
import io.flowledger.http.Requests;
import io.flowledger.http.Routes;
import io.flowledger.http.access.Access;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead letters over HTTP: {@code GET /flowledger/dead-letters}, in pages; {@code GET
 * /flowledger/dead-letters/POSITION}; and, from this machine only, {@code POST
 * /flowledger/dead-letters/redrive}, which answers with a line for each letter. They are read by
 * one thread, for which a few requests may wait.
 */
public final class DeadLetterRoutes implements Routes {

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterRoutes.class);

  private static final String PATH = "/flowledger/dead-letters";
  private static final String NEXT_CURSOR = "X-Next-Cursor";
  private static final String POSITIONS = "positions";
  private static final String LIMIT = "limit";
  private static final String ALL = "all";
  private static final int DEFAULT_PAGE = 100;
  private static final int MOST_OF_PAGE = 500;
  private static final int MOST_WAITING = 16;

  private final DeadLetters deadLetters;
  private final Operators operators;
  private final BlockingWork work;

  public DeadLetterRoutes(DeadLetters deadLetters, Operators operators, Vertx vertx) {
    this.deadLetters = deadLetters;
    this.operators = operators;
    this.work =
        BlockingWork.on(
            new BlockingWork.Threads("dead-letters", 1, Duration.ofHours(1)),
            vertx,
            MOST_WAITING,
            () -> RefusedException.unavailable("others are reading dead letters, try again"));
  }

  @Override
  public void mount(Router router) {
    get(router, PATH, this::list);
    get(router, PATH + "/:position", this::show);
    router.post(PATH + "/redrive").handler(this::redrive);
  }

  private static void get(Router router, String path, Handler<RoutingContext> handler) {
    router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(handler);
  }

  // ---- reading ---------------------------------------------------------------------------------

  /** They are of all flows, and what nobody can read is of none that could be asked for. */
  private static void requireAll(RoutingContext request) {
    if (!Access.of(request).readsAll()) {
      throw RefusedException.forbidden("dead letters are for who may read all flows");
    }
  }

  private void list(RoutingContext request) {
    requireAll(request);
    MultiMap parameters = request.queryParams();
    DeadLetterFilter filter =
        DeadLetterFilter.of(
            name -> Optional.ofNullable(parameters.get(name)).filter(text -> !text.isEmpty()));
    int limit = (int) number(parameters, "_limit", DEFAULT_PAGE, 1, MOST_OF_PAGE);
    long from = number(parameters, "_cursor", 0, 0, Long.MAX_VALUE);
    work.run(() -> deadLetters.list(filter, from, limit))
        .onSuccess(
            page -> {
              page.next()
                  .ifPresent(
                      next -> request.response().putHeader(NEXT_CURSOR, Long.toString(next)));
              json(request, page.json());
            })
        .onFailure(request::fail);
  }

  /** A parameter, which may be missing; one that is too great is taken for the greatest. */
  private static long number(
      MultiMap parameters, String name, long otherwise, long least, long most) {
    String text = parameters.get(name);
    if (text == null || text.isEmpty()) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= least) {
        return Math.min(number, most);
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw RefusedException.malformed(
        "%s must be an integer of at least %d, not '%s'".formatted(name, least, text));
  }

  private void show(RoutingContext request) {
    requireAll(request);
    String position = request.pathParam("position");
    RefusedException missing =
        RefusedException.unknown("there is no dead letter at position " + position);
    long offset;
    try {
      offset = Long.parseLong(position);
    } catch (NumberFormatException e) {
      throw missing;
    }
    work.run(() -> deadLetters.show(offset))
        .onSuccess(
            letter ->
                letter.ifPresentOrElse(text -> json(request, text), () -> request.fail(missing)))
        .onFailure(request::fail);
  }

  private static void json(RoutingContext request, String text) {
    request.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(text);
  }

  // ---- redriving -------------------------------------------------------------------------------

  /** What is to be redriven: these letters, or as many that match as the limit says. */
  private record Order(List<Long> positions, DeadLetterFilter filter, int limit) {}

  private void redrive(RoutingContext request) {
    operators.require(request, "dead letters are redriven");
    Order order = order(request);
    JsonLines lines = new JsonLines(request);
    work.run(
            () -> {
              run(order, lines::tell);
              return true;
            })
        .onSuccess(done -> lines.end())
        .onFailure(cause -> lines.breakOff(cause, DeadLetterRoutes::explanation));
  }

  private void run(Order order, Consumer<String> lines) {
    if (order.positions().isEmpty()) {
      deadLetters.redrive(order.filter(), order.limit(), lines);
    } else {
      deadLetters.redrive(order.positions(), lines);
    }
  }

  private static Order order(RoutingContext request) {
    JsonObject body = object(Requests.order(request));
    Set<String> names = body.fieldNames();
    for (String name : names) {
      if (!DeadLetterFilter.NAMES.contains(name) && !Set.of(POSITIONS, LIMIT, ALL).contains(name)) {
        throw bad(name + " is no field of a redrive");
      }
      if (body.getValue(name) == null || (name.equals(ALL) && !body.getValue(name).equals(true))) {
        throw bad(name + " must not be " + body.getValue(name));
      }
    }
    DeadLetterFilter filter =
        DeadLetterFilter.of(name -> Optional.ofNullable(body.getValue(name)).map(Object::toString));
    if (names.contains(POSITIONS)) {
      if (names.size() > 1) {
        throw bad("either positions or filters, not both");
      }
      return new Order(positions(body), filter, 0);
    }
    if (names.stream()
        .noneMatch(name -> DeadLetterFilter.NAMES.contains(name) || name.equals(ALL))) {
      throw bad("positions or filters are missing; {\"all\": true} for all that wait");
    }
    return new Order(List.of(), filter, limit(body));
  }

  private static JsonObject object(byte[] body) {
    if (body.length == 0) {
      throw bad("the request has no body, JSON expected");
    }
    try {
      if (Json.decodeValue(Buffer.buffer(body)) instanceof JsonObject object) {
        return object;
      }
    } catch (DecodeException e) {
      throw bad("the body must be a JSON object");
    }
    throw bad("the body must be a JSON object");
  }

  private static List<Long> positions(JsonObject body) {
    List<Long> positions = new ArrayList<>();
    if (!(body.getValue(POSITIONS) instanceof JsonArray list) || list.isEmpty()) {
      throw bad("positions must be a list of integers");
    }
    for (Object position : list) {
      if (!(position instanceof Integer || position instanceof Long)) {
        throw bad("positions must be a list of integers");
      }
      positions.add(((Number) position).longValue());
    }
    if (positions.size() > DeadLetters.MOST_REDRIVEN) {
      throw bad("more than %d positions".formatted(DeadLetters.MOST_REDRIVEN));
    }
    return positions;
  }

  private static int limit(JsonObject body) {
    Object limit = body.getValue(LIMIT, DeadLetters.MOST_REDRIVEN);
    if (limit instanceof Integer number && number >= 1 && number <= DeadLetters.MOST_REDRIVEN) {
      return number;
    }
    throw bad("limit must be from 1 to %d".formatted(DeadLetters.MOST_REDRIVEN));
  }

  private static RefusedException bad(String message) {
    return RefusedException.malformed(message);
  }

  private static String explanation(Throwable cause) {
    if (cause instanceof LogUnavailableException || cause instanceof ViewUnavailableException) {
      return String.valueOf(cause.getMessage());
    }
    LOG.error("a redrive has failed", cause);
    return "the redrive has failed, see the log of the server";
  }
}
