package io.flowledger.deploy.cli.transfer.parquet;

import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.Session;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;

/**
 * Export to a folder of tables. What is recorded once comes from the log, what changes later from
 * the listings, both in bounded memory.
 */
public final class ParquetExport {

  private final Session session;
  private final Selection selection;

  public ParquetExport(Session session, Selection selection) {
    this.session = session;
    this.selection = selection;
  }

  /**
   * Writes the files; they are there when all of them are whole.
   *
   * @param force whether those of an earlier export may be replaced
   */
  public void to(Path output, boolean force) {
    LeftOut leftOut = new LeftOut();
    Progress progress = new Progress(session);
    try (TableFolder folder = TableFolder.open(output, force)) {
      readLog(folder, leftOut, progress);
      new RunTables(session.client(), selection, folder, progress).write();
      progress.end();
      folder.publish();
      folder
          .files()
          .forEach(
              (table, file) ->
                  session
                      .out()
                      .printf("%d rows exported to %s%n", file.rows(), folder.file(table)));
    }
    leftOut.tell(session.err());
  }

  private void readLog(TableFolder folder, LeftOut leftOut, Progress progress) {
    Resource events =
        selection.of(Resource.of("events").with("heartbeats", true).with("flow", selection.flow()));
    try (InputStream in = session.client().stream(events, Map.of("Accept", "application/avro"))) {
      DataFileStream<GenericRecord> records =
          read(() -> new DataFileStream<>(in, new GenericDatumReader<>()));
      EventTables tables = new EventTables(folder, new FirstArtifacts(session.client()), leftOut);
      long count = 0;
      while (read(records::hasNext)) {
        tables.take(read(records::next));
        progress.show(++count, "records of the log");
      }
      tables.end();
    } catch (IOException e) {
      throw session.client().cutOff();
    }
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private <T> T read(Reading<T> reading) {
    try {
      return reading.read();
    } catch (IOException | AvroRuntimeException e) {
      throw session.client().cutOff();
    }
  }
}
