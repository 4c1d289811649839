package io.flowledger.bench.cluster.client;

import io.flowledger.bench.report.Bench;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Repeats as Metaflow's client does (2.19: {@code METAFLOW_SERVICE_RETRY_COUNT}): five attempts
 * with 1, 2, 4 and 8 seconds between, after a broken connection or 503 and after nothing else; a
 * change of tags ten times with 0.3 * 1.5^n seconds between, after everything but 400 and 422.
 * Anything else that is not success is a failure of the flow that runs. Each attempt goes to a node
 * that the load balancer picks, another one than before.
 */
public final class MetaflowClient {

  private static final int ATTEMPTS = 5;
  private static final int TAG_ATTEMPTS = 10;
  private static final int UNAVAILABLE = 503;
  private static final int MALFORMED = 400;
  private static final int UNPROCESSABLE = 422;

  /** Metaflow has no limit at all; this one is beyond every fault of a trial. */
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Http http;
  private final Balancer balancer;
  private final Tally tally;
  private final Random random;

  public MetaflowClient(Http http, Balancer balancer, Tally tally, Random random) {
    this.http = http;
    this.balancer = balancer;
    this.tally = tally;
    this.random = random;
  }

  private interface Verdict {
    /** Empty for: again. */
    Optional<Boolean> of(Answer answer);
  }

  private interface Pause {
    double seconds(int attempt);
  }

  /**
   * Sends until there is an answer to go on with.
   *
   * @param request of each attempt, counted from 0
   * @param told is told of each attempt that was sent, and its number
   * @return the last answer, which is success, 409 of a POST or 404 of a GET; empty after a failure
   */
  public Optional<Answer> call(IntFunction<Request> request, ObjIntConsumer<Answer> told) {
    boolean tags = request.apply(0).method().equals("PATCH");
    return tags
        ? repeat(
            request, told, TAG_ATTEMPTS, n -> 0.3 * Math.pow(1.5, n), MetaflowClient::tagVerdict)
        : repeat(request, told, ATTEMPTS, n -> Math.pow(2, n), MetaflowClient::verdict);
  }

  private static Optional<Boolean> verdict(Answer answer) {
    if (answer.status() <= 0 || answer.status() == UNAVAILABLE) {
      return Optional.empty();
    }
    return Optional.of(answer.ok() || answer.conflict() || answer.missing());
  }

  private static Optional<Boolean> tagVerdict(Answer answer) {
    if (answer.ok()) {
      return Optional.of(true);
    }
    return answer.status() == MALFORMED || answer.status() == UNPROCESSABLE
        ? Optional.of(false)
        : Optional.empty();
  }

  private Optional<Answer> repeat(
      IntFunction<Request> requests,
      ObjIntConsumer<Answer> told,
      int attempts,
      Pause pause,
      Verdict verdict) {
    @Nullable Target last = null;
    String said = "";
    for (int attempt = 0; attempt < attempts; attempt++) {
      if (attempt > 0) {
        tally.retry();
        Bench.sleep(Duration.ofMillis(Math.round(1000 * pause.seconds(attempt - 1))));
      }
      Request request = requests.apply(attempt);
      tally.request();
      last = balancer.pick(random, last);
      Answer answer = http.call(last, request, LIMIT);
      if (answer.status() != Answer.NOT_SENT) {
        told.accept(answer, attempt);
      }
      Optional<Boolean> good = verdict.of(answer);
      if (good.isPresent()) {
        boolean right =
            good.get() && !(request.method().equals("GET") ? answer.conflict() : answer.missing());
        if (right) {
          return Optional.of(answer);
        }
        tally.failure(request + ": " + answer);
        return Optional.empty();
      }
      said += (said.isEmpty() ? "" : "; ") + answer;
    }
    tally.failure(requests.apply(0) + ": " + said);
    return Optional.empty();
  }
}
