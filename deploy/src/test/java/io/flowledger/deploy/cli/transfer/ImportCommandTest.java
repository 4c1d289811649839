package io.flowledger.deploy.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.fixture.CommandTest;
import io.flowledger.deploy.fixture.Gzipped;
import io.flowledger.event.FlowRegistered;
import io.flowledger.schemas.EventIds;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
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

  private static final String TOLD = "7 events imported, 1 present before, 0 refused\n";
  private static final long SEED = Long.getLong("flowledger.test.seed", System.nanoTime());

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

  // ---- what is no plain file
  // ---------------------------------------------------------------------

  @Test
  void standardInputIsReadUnderEachOfItsNames() {
    server.answer(PATH, SUMMARY);
    environment.put("TMPDIR", folder.toString());
    for (String name : List.of("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")) {
      input = utf8("{\"of\": \"" + name + "\"}\n");
      assertThat(run("import", name)).isEqualTo(printed(TOLD));
    }
    assertThat(server.bodies())
        .containsExactly(
            "{\"of\": \"-\"}\n",
            "{\"of\": \"/dev/stdin\"}\n",
            "{\"of\": \"/dev/fd/0\"}\n",
            "{\"of\": \"/proc/self/fd/0\"}\n");
    assertThat(folder).isDirectoryNotContaining("glob:**.import");
  }

  /** All kinds of lines and of containers, through files and pipes, are one and the same import. */
  @Test
  void formatsAreToldByTheirFirstBytes() throws IOException {
    server.answer(PATH, SUMMARY);
    environment.put("TMPDIR", folder.toString());
    byte[] lines = utf8("{\"a\": 1}\n{\"b\": \"ünï\"}\n");
    byte[] avro = Files.readAllBytes(avro());
    String avroLines;
    try (AvroLines of = new AvroLines(folder.resolve("f.avro"))) {
      avroLines = new String(of.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<String> expected = new ArrayList<>();
    for (byte[] plain : List.of(lines, avro)) {
      String text = plain == lines ? new String(lines, StandardCharsets.UTF_8) : avroLines;
      byte[] twoMembers =
          concatenated(
              Gzipped.of(Arrays.copyOf(plain, 9)),
              Gzipped.of(Arrays.copyOfRange(plain, 9, plain.length)));
      for (byte[] bytes : List.of(plain, Gzipped.of(plain), twoMembers)) {
        input = bytes;
        assertThat(run("import", "-")).isEqualTo(printed(TOLD));
        Path named = Files.write(folder.resolve("named"), bytes);
        assertThat(run("import", named.toString())).isEqualTo(printed(TOLD));
        expected.addAll(List.of(text, text));
      }
    }
    assertThat(server.bodies()).containsExactlyElementsOf(expected);
    assertThat(folder).isDirectoryNotContaining("glob:**.import");
  }

  @Test
  void aDamagedOrCutCompressedFileIsNeverReadInPart() throws IOException {
    server.answer(PATH, SUMMARY);
    environment.put("TMPDIR", folder.toString());
    Random random = new Random(SEED);
    StringBuilder text = new StringBuilder();
    random.ints(20_000).forEach(number -> text.append("{\"n\": ").append(number).append("}\n"));
    byte[] whole = Gzipped.of(utf8(text.toString()));
    List<byte[]> damaged = new ArrayList<>();
    damaged.add(Arrays.copyOf(whole, whole.length - 1));
    damaged.add(Arrays.copyOf(whole, 2 + random.nextInt(whole.length - 3)));
    damaged.add(concatenated(whole, utf8("{}\n")));
    byte[] flipped = whole.clone();
    flipped[whole.length - 1 - random.nextInt(8)] ^= 1; // the checksum, or the length
    damaged.add(flipped);
    for (byte[] bytes : damaged) {
      Path file = Files.write(folder.resolve("f.ndjson.gz"), bytes);
      assertThat(run("import", file.toString()))
          .matches(
              ended -> ended.status() == 1 && ended.out().isEmpty(),
              "-Dflowledger.test.seed=" + SEED)
          .extracting(Ended::err)
          .asString()
          .startsWith("flowledger: cannot read " + file + ": ");
      input = bytes;
      assertThat(run("import", "-").err()).startsWith("flowledger: cannot read standard input: ");
    }
    assertThat(server.bodies()).doesNotContain(text.toString());
    assertThat(folder).isDirectoryNotContaining("glob:**.import");
  }

  @Test
  void whatIsNoFileOfEventsSaysSo() throws IOException {
    assertThat(run("import", folder.toString()).err())
        .isEqualTo("flowledger: cannot read " + folder + ": it is a folder\n");
    Path empty = Files.createFile(folder.resolve("empty.gz"));
    assertThat(run("import", empty.toString()).err())
        .isEqualTo(
            "flowledger: cannot read %s: it is not compressed as its name says\n".formatted(empty));
    environment.put("TMPDIR", folder.resolve("none").toString());
    assertThat(run("import", "-").err())
        .startsWith("flowledger: cannot write in " + folder.resolve("none") + ": ");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aSpoolLeavesRoomForOthers() throws IOException {
    AtomicLong room = new AtomicLong((16 << 20) + (1 << 16) + 1);
    Spool spool = new Spool(folder, () -> room.getAndAdd(-(1 << 16)));
    byte[] bytes = new byte[3 << 16];
    assertThatThrownBy(() -> spool.keep(new ByteArrayInputStream(bytes)))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "there is no room in %s for what is read; set TMPDIR to a folder that has some"
                .formatted(folder));
    assertThat(folder).isDirectoryNotContaining("glob:**.import");
    assertThat(new Spool(folder, () -> 0).keep(new ByteArrayInputStream(bytes)))
        .hasBinaryContent(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] concatenated(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
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

  /** Avro asks for as much memory as a damaged file says, and throws what it likes. */
  @Test
  void aDamagedAvroFileIsOneLine() throws IOException {
    server.answer(PATH, SUMMARY);
    byte[] whole = Files.readAllBytes(avro());
    List<byte[]> damaged = new ArrayList<>();
    byte[] length = {'O', 'b', 'j', 1, -2, -1, -1, -1, -1, -1, -1, -1, 0x7f, 'x'};
    damaged.add(length);
    damaged.add(Arrays.copyOf(length, 4));
    Random random = new Random(SEED);
    for (int i = 0; i < 300; i++) {
      byte[] bytes =
          Arrays.copyOf(whole, random.nextInt(10) == 0 ? whole.length - 1 : whole.length);
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[4 + random.nextInt(bytes.length - 4)] = (byte) random.nextInt(256);
      }
      damaged.add(bytes);
    }
    for (int i = 0; i < damaged.size(); i++) {
      Path file = Files.write(folder.resolve("d.avro"), damaged.get(i));
      Ended ended = run("import", file.toString());
      if (i >= 2 && ended.status() == 0) {
        continue; // in a text, where it cannot be seen
      }
      assertThat(ended.status()).isEqualTo(1);
      assertThat(ended.err())
          .as("-Dflowledger.test.seed=%d", SEED)
          .startsWith("flowledger: cannot read " + file + ": ")
          .matches("[^\\n]*\\n")
          .doesNotContain("Exception", "java.", "org.apache");
    }
  }
}
