package io.flowledger.deploy.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.deploy.cli.ServerClient.Answer;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The status of the runs that people ask for first. The server has it for one run at a time, so
 * some are asked for at once.
 */
final class LatestRuns {

  private static final int MOST_FLOWS = 10_000;
  private static final int AT_ONCE = 8;

  private final ServerClient client;
  private final int mostFlows;

  LatestRuns(ServerClient client) {
    this(client, MOST_FLOWS);
  }

  /**
   * @param mostFlows how many flows are looked at, those that were registered last
   */
  LatestRuns(ServerClient client, int mostFlows) {
    this.client = client;
    this.mostFlows = mostFlows;
  }

  /**
   * Of the latest run of each flow, newest first.
   *
   * @param remark is told if there are more flows than are looked at
   */
  List<Answer> ofAllFlows(int limit, Consumer<String> remark) {
    List<Answer> pages = client.pages(Resource.of("flows"), mostFlows);
    if (pages.get(pages.size() - 1).nextCursor().isPresent()) {
      remark.accept("only the %d flows that were registered last are shown".formatted(mostFlows));
    }
    List<JsonNode> flows = pages.stream().flatMap(page -> Json.stream(page.json())).toList();
    List<JsonNode> reachable =
        flows.stream().filter(flow -> Pathspec.of(flowId(flow)).isReachable()).toList();
    if (reachable.size() < flows.size()) {
      remark.accept("flows named '.' or '..' are left out: no URL can have these names");
    }
    List<JsonNode> latest =
        atOnce(reachable, flow -> client.rows(runs(flowId(flow)), 1)).stream()
            .flatMap(List::stream)
            .sorted(Comparator.comparingLong(LatestRuns::registered).reversed())
            .limit(limit)
            .toList();
    return statuses(latest);
  }

  /** Of the latest runs of a flow, newest first. */
  List<Answer> of(String flow, int limit) {
    List<JsonNode> runs = client.rows(runs(flow), limit);
    if (runs.isEmpty()) {
      client.get(Resource.of(Pathspec.of(flow))); // says so if there is no such flow
    }
    return statuses(runs);
  }

  Answer of(Pathspec run) {
    return client.get(Resource.of(run).under("status"));
  }

  private static Resource runs(String flow) {
    return Resource.of(Pathspec.of(flow)).under("runs");
  }

  private static String flowId(JsonNode flow) {
    return Json.text(flow, "flow_id").orElse("?");
  }

  private static long registered(JsonNode run) {
    return Json.number(run, "ts_epoch").orElse(0);
  }

  private List<Answer> statuses(List<JsonNode> runs) {
    return atOnce(
        runs,
        run ->
            of(
                Pathspec.of(
                    Json.text(run, "flow_id").orElse("?"),
                    Json.text(run, "run_number").orElse("?"))));
  }

  /** The answers in the order of what is asked. */
  private static <T, A> List<A> atOnce(List<T> questions, Function<T, A> ask) {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      Stream<Future<A>> answers =
          questions.stream()
              .map(question -> threads.submit(() -> ask.apply(question)))
              .toList()
              .stream();
      return answers.map(LatestRuns::answer).toList();
    } finally {
      threads.shutdownNow();
    }
  }

  private static <A> A answer(Future<A> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CommandFailure failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw ServerClient.interrupted();
    }
  }
}
