package io.flowledger.bench.cluster.load;

import io.flowledger.bench.cluster.client.Answer;
import io.flowledger.bench.cluster.client.Http;
import io.flowledger.bench.cluster.client.Request;
import io.flowledger.bench.cluster.client.Target;
import io.flowledger.bench.report.Bench;
import io.flowledger.projector.chain.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Reads everything that was acknowledged from every node, when nothing is written any more. */
final class FinalReads {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int AT_A_TIME = 12;
  private static final int ATTEMPTS = 5;
  private static final int DIGEST_CHARACTERS = 24;

  private final Bench bench;
  private final Http http;
  private final World world;
  private final Recorder recorder;
  private final Semaphore room = new Semaphore(AT_A_TIME);

  FinalReads(Bench bench, Http http, World world, Recorder recorder) {
    this.bench = bench;
    this.http = http;
    this.world = world;
    this.recorder = recorder;
  }

  void run(List<Target> nodes) {
    bench.progress(
        "reading back %d flows, %d listings and %d objects from each of %d nodes"
            .formatted(
                world.flows().size(),
                world.collections().size(),
                world.objects().size(),
                nodes.size()));
    for (Target node : nodes) {
      boolean first = node.equals(nodes.get(0));
      for (String flow : world.flows()) {
        Request request =
            Request.get("/flows/" + flow + "/events").with("Accept", "application/x-ndjson");
        read(
            node,
            request,
            answer -> {
              if (first) {
                recorder.told(flow, answer);
              }
            });
      }
      for (String collection : world.collections()) {
        read(node, Request.get(collection), answer -> recorder.listing(collection, answer));
      }
      for (String object : world.objects()) {
        read(node, Request.get(object), answer -> recorder.object(object, answer));
      }
    }
    room.acquireUninterruptibly(AT_A_TIME);
    room.release(AT_A_TIME);
  }

  private void read(Target node, Request request, Consumer<Answer> told) {
    room.acquireUninterruptibly();
    attempt(node, request, told, 1);
  }

  private void attempt(Target node, Request request, Consumer<Answer> told, int attempt) {
    http.send(node, request, LIMIT)
        .thenAccept(
            answer -> {
              boolean again = !answer.ok() && !answer.missing();
              if (again && attempt < ATTEMPTS) {
                CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS)
                    .execute(() -> attempt(node, request, told, attempt + 1));
                return;
              }
              try {
                if (again) {
                  bench.failed("at the end, " + request + ": " + answer);
                } else {
                  told.accept(answer);
                  recorder.copy(request.path(), answer, digest(answer));
                }
              } finally {
                room.release();
              }
            });
  }

  private static String digest(Answer answer) {
    byte[] digest =
        Sha256.create().digest((answer.status() + answer.body()).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest).substring(0, DIGEST_CHARACTERS);
  }
}
