package io.flowledger.deploy.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.fixture.CommandTest;
import io.flowledger.event.FlowRegistered;
import io.flowledger.schemas.EventIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportCommandTest extends CommandTest {

  private static final String PATH = "/flowledger/import";
  private static final String SUMMARY =
      "{\"imported\": 7, \"present\": 1, \"refused\": 0, \"heartbeats\": 2, \"unreadable\": 0,"
          + " \"first_refusals\": []}\n";

  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("f.ndjson"), "{}\n");
  }

  @Test
  void tellsWhatHasBecomeOfTheEvents() {
    server.answer(PATH, "{\"phase\": \"checking\", \"lines\": 3, \"imported\": 0}\n" + SUMMARY);
    assertThat(run("import", file.toString()))
        .isEqualTo(printed("7 events imported, 1 present before, 0 refused\n"));
    assertThat(run("import", file.toString(), "--json")).isEqualTo(printed(SUMMARY));
    terminal = true;
    assertThat(run("import", file.toString()).err()).isEqualTo("\rchecking: line 3, 0 imported\n");
  }

  @Test
  void refusalsAreToldAndAreAFailure() {
    server.answer(
        PATH,
        "{\"imported\": 0, \"present\": 0, \"refused\": 2, \"unreadable\": 3, \"first_refusals\":"
            + " [{\"line\": 4, \"reason\": \"run F/5 is not registered\"}]}");
    assertThat(run("import", file.toString()))
        .isEqualTo(
            new Ended(
                1,
                "0 events imported, 0 present before, 2 refused\n",
                """
                flowledger: line 4: run F/5 is not registered
                flowledger: and 1 others
                flowledger: 3 records of the log that was exported were no events that can be read
                """));
  }

  @Test
  void failuresSayWhy() {
    server
        .answer(PATH, 409, "{\"message\": \"an import is under way\"}", Map.of())
        .answer(PATH, "{\"phase\": \"checking\", \"lines\": 3}\n{\"message\": \"too bad\"}")
        .answer(PATH, "{\"phase\": \"checking\", \"lines\": 3}");
    assertThat(run("import", file.toString()).err())
        .isEqualTo("flowledger: the server at " + server.url() + ": an import is under way\n");
    assertThat(run("import", file.toString())).isEqualTo(failed(1, "flowledger: too bad\n"));
    assertThat(run("import", file.toString()))
        .isEqualTo(
            failed(
                1,
                "flowledger: the server has not said how the import ended; import the file"
                    + " again\n"));
    assertThat(run("import", folder.resolve("none").toString()).err())
        .startsWith("flowledger: cannot read " + folder.resolve("none"));
    assertThat(run("import", file.toString(), "--as-of", "2d").status()).isEqualTo(2);
  }

  @Test
  void anAvroFileIsSentAsLines() throws IOException {
    Path avro = avro();
    try (AvroLines lines = new AvroLines(avro)) {
      assertThat(new String(lines.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(
              "{\"type\": \"FlowRegistered\", \"verdict\": \"applied\", \"event\": {\"event_id\": \""
                  + "00000000000000000000000000000000\", \"flow_id\": \"F\\u00f6\", \"user_name\":"
                  + " null, \"tags\": null, \"system_tags\": null, \"ts_epoch\": 1, \"origin\":"
                  + " null, \"written_by\": \"test\"}}\n"
                  + "{\"type\": null, \"verdict\": \"rejected\", \"event\": null}\n");
    }
    server.answer(PATH, SUMMARY);
    assertThat(run("import", avro.toString()).status()).isZero();

    byte[] bytes = Files.readAllBytes(avro);
    Files.write(avro, Arrays.copyOf(bytes, bytes.length - 3));
    assertThat(run("import", avro.toString()).err()).startsWith("flowledger: cannot read " + avro);
  }

  private Path avro() throws IOException {
    Schema schema =
        SchemaBuilder.record("R")
            .fields()
            .requiredString("verdict")
            .name("event")
            .type(
                Schema.createUnion(
                    Schema.create(Schema.Type.NULL), FlowRegistered.getClassSchema()))
            .noDefault()
            .endRecord();
    Path avro = folder.resolve("f.avro");
    try (DataFileWriter<GenericRecord> out =
        new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema))) {
      out.create(schema, avro.toFile());
      var flow =
          new FlowRegistered(EventIds.next(0), "Fö", null, null, null, 1L, null, "test", null);
      flow.getEventId().bytes(new byte[16]);
      out.append(record(schema, "applied", flow));
      out.append(record(schema, "rejected", null));
    }
    return avro;
  }

  private static GenericRecord record(
      Schema schema, String verdict, @Nullable FlowRegistered event) {
    GenericRecord record = new GenericData.Record(schema);
    record.put("verdict", verdict);
    record.put("event", event);
    return record;
  }
}
