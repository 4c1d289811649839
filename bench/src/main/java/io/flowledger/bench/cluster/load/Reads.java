package io.flowledger.bench.cluster.load;

import io.flowledger.bench.cluster.client.MetaflowClient;
import io.flowledger.bench.cluster.client.Request;

/** Reads, and what they were told. */
final class Reads {

  private final MetaflowClient http;
  private final Recorder recorder;

  Reads(MetaflowClient http, Recorder recorder) {
    this.http = http;
    this.recorder = recorder;
  }

  void object(String path) {
    http.call(attempt -> Request.get(path), (answer, attempt) -> recorder.object(path, answer));
  }

  void listing(String path) {
    http.call(attempt -> Request.get(path), (answer, attempt) -> recorder.listing(path, answer));
  }
}
