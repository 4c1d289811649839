package io.flowledger.bench.load;

import io.flowledger.bench.report.BenchException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prepares what is measured: requests whose answers matter, none of which may fail. */
public final class Api {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int CONCURRENT = 32;
  private static final int OK = 200;
  private static final Pattern RUN_NUMBER = Pattern.compile("\"run_number\": ([0-9]+)");
  private static final Pattern TASK_ID = Pattern.compile("\"task_id\": ([0-9]+)");

  private final URI server;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  public Api(URI server) {
    this.server = server;
  }

  /** The body of the answer. */
  public String post(String path, String body) {
    return await(send(path, body), path);
  }

  /** The numbers of new runs. */
  public List<String> runs(String flow, int count, IntFunction<String> body) {
    return many(count, i -> new Post(flow + "/run", body.apply(i)), RUN_NUMBER);
  }

  /** The numbers of new tasks. */
  public List<String> tasks(String step, int count, IntFunction<String> body) {
    return many(count, i -> new Post(step + "/task", body.apply(i)), TASK_ID);
  }

  public record Post(String path, String body) {}

  /** Sends all, several at a time; the first group of the pattern in each answer, in order. */
  public List<String> many(int count, IntFunction<Post> posts, Pattern pattern) {
    Semaphore room = new Semaphore(CONCURRENT);
    List<CompletableFuture<String>> answers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Post post = posts.apply(i);
      room.acquireUninterruptibly();
      CompletableFuture<String> answer = send(post.path(), post.body());
      answer.whenComplete((body, failure) -> room.release());
      answers.add(answer);
    }
    List<String> found = new ArrayList<>(count);
    for (CompletableFuture<String> answer : answers) {
      Matcher matcher = pattern.matcher(await(answer, "while preparing"));
      if (!matcher.find()) {
        throw new BenchException("no " + pattern + " in an answer of " + server);
      }
      found.add(matcher.group(1));
    }
    return found;
  }

  /** The value of a header of the answer to a GET. */
  public String header(String path, String name) {
    return get(path)
        .headers()
        .firstValue(name)
        .orElseThrow(() -> new BenchException("GET " + path + " has no header " + name));
  }

  /** The body of the answer to a GET. */
  public String body(String path) {
    return get(path).body();
  }

  /** The status of the answer to a GET. */
  public int status(String path) {
    return get(path).statusCode();
  }

  private HttpResponse<String> get(String path) {
    try {
      return client.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new BenchException("GET " + path + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  private CompletableFuture<String> send(String path, String body) {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client
        .sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .thenApply(
            response -> {
              if (response.statusCode() != OK) {
                throw new BenchException(
                    "POST %s was answered %d %s"
                        .formatted(path, response.statusCode(), response.body()));
              }
              return response.body();
            });
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.resolve(path)).timeout(LIMIT);
  }

  private static String await(CompletableFuture<String> answer, String what) {
    try {
      return answer.join();
    } catch (java.util.concurrent.CompletionException e) {
      throw e.getCause() instanceof BenchException refused
          ? refused
          : new BenchException(what + ": " + e.getCause(), e);
    }
  }
}
