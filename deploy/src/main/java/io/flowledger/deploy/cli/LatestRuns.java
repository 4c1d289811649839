package io.flowledger.deploy.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.ServerClient.Answer;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The status of the runs that people ask for first. The server has it for one run at a time, so
 * some are asked for at once.
 */
final class LatestRuns {

  private static final int FLOWS = 200;
  private static final int AT_ONCE = 8;

  private final ServerClient client;

  LatestRuns(ServerClient client) {
    this.client = client;
  }

  /** Of the latest run of each flow, newest first. */
  List<Answer> ofAllFlows(int limit) {
    List<JsonNode> flows = client.rows(Resource.of("flows"), FLOWS);
    List<JsonNode> latest =
        atOnce(flows, flow -> client.rows(runs(Json.text(flow, "flow_id").orElse("?")), 1)).stream()
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
