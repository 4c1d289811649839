package io.flowledger.ingest.metaflow;

import io.flowledger.ingest.IngestConfig;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.bulk.entry.BulkLimits;
import io.flowledger.ingest.fixture.IngestServer;
import io.flowledger.ingest.fixture.IngestServer.Answer;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Sends requests to the write endpoints of a server of its own, and looks at what it appends. */
abstract class IngestTest {

  private static final IngestConfig CONFIG =
      new IngestConfig(
          Limits.DEFAULTS.withMaxNameLength(20).withMaxValueBytes(1000).withMaxEntries(3),
          BulkLimits.DEFAULTS,
          2,
          "test/1");

  IngestServer server;

  @BeforeEach
  final void start(@TempDir Path directory) {
    server = new IngestServer(directory, CONFIG);
  }

  @AfterEach
  final void stop() {
    server.close();
  }

  /** The event that was appended last. */
  final SpecificRecord lastEvent() {
    List<SpecificRecord> events = server.log().events();
    return events.get(events.size() - 1);
  }

  /** How many events have been appended. */
  final int events() {
    return server.log().events().size();
  }

  static Answer failure(int status, String message) {
    return Answer.failure(status, message);
  }
}
