package io.flowledger.ingest;

import io.flowledger.http.Requests;
import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.body.JsonInput;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.projector.text.JsonText;
import io.flowledger.schemas.EventNumbers;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Numbers for those who append events to the log themselves: a range that nobody else ever gets,
 * which is claimed in the log as the service claims its own.
 */
final class NumberRoutes implements Routes {

  private static final int MOST = 1_000_000;
  private static final String NAMES =
      Arrays.stream(Sequences.Name.values())
          .map(Sequences.Name::label)
          .collect(Collectors.joining(", "));

  private final Limits limits;
  private final Sequences sequences;

  NumberRoutes(Limits limits, Sequences sequences) {
    this.limits = limits;
    this.sequences = sequences;
  }

  @Override
  public void mount(Router router) {
    router.post("/flowledger/numbers").handler(this::claim);
  }

  private record Wanted(Sequences.Name sequence, int count) {}

  private static final class Fields {
    Optional<String> sequence = Optional.empty();
    int count = 1;
  }

  /** {@code {"sequence": "tasks", "count": 100}}; one number where there is no count. */
  private Wanted parse(byte[] body) {
    Fields fields = new Fields();
    return JsonInput.read(
        body,
        limits,
        input -> {
          input.object(
              "the body",
              name -> {
                switch (name) {
                  case "sequence" -> fields.sequence = Optional.of(input.name(name));
                  case "count" -> fields.count = input.integer(name);
                  default -> throw RefusedException.malformed(name + " is no field of a claim");
                }
              });
          return wanted(fields);
        });
  }

  private static Wanted wanted(Fields fields) {
    String label =
        fields.sequence.orElseThrow(
            () -> RefusedException.malformed("sequence is missing, one of " + NAMES));
    Sequences.Name sequence =
        Arrays.stream(Sequences.Name.values())
            .filter(name -> name.label().equals(label))
            .findFirst()
            .orElseThrow(
                () -> RefusedException.malformed("sequence must be one of %s".formatted(NAMES)));
    if (fields.count < 1 || fields.count > MOST) {
      throw RefusedException.malformed(
          "count must be from 1 to %d, not %d".formatted(MOST, fields.count));
    }
    return new Wanted(sequence, fields.count);
  }

  private void claim(RoutingContext request) {
    Wanted wanted = parse(Requests.body(request));
    if (sequences.claimed(wanted.sequence()).last() > EventNumbers.GREATEST - wanted.count()) {
      throw RefusedException.conflict(wanted.sequence().label() + " has no numbers left");
    }
    Context context = request.vertx().getOrCreateContext();
    sequences
        .claimRange(wanted.sequence(), wanted.count())
        .whenComplete(
            (first, failure) ->
                context.runOnContext(
                    on -> {
                      if (failure == null) {
                        answer(request, wanted, first);
                      } else {
                        request.fail(
                            RefusedException.unavailable(
                                "numbers cannot be claimed now, try again"));
                      }
                    }));
  }

  private static void answer(RoutingContext request, Wanted wanted, long first) {
    if (!request.response().closed()) {
      request
          .response()
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
          .end(
              new JsonText(128)
                  .raw("{\"sequence\": ")
                  .string(wanted.sequence().label())
                  .raw(", \"first\": ")
                  .number(first)
                  .raw(", \"count\": ")
                  .number(wanted.count())
                  .raw("}")
                  .toString());
    }
  }
}
