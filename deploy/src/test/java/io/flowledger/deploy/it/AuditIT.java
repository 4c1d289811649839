package io.flowledger.deploy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.Main;
import io.flowledger.deploy.config.KafkaConfig;
import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.EmbeddedKafka;
import io.flowledger.schemas.topic.PartitionReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** The audit as people run it, on what a server has written. */
class AuditIT {

  private static final String EVENTS = "flowledger.events";
  private static final String FLOW = "Audited";
  private static final int PARTITION =
      Utils.toPositive(Utils.murmur2(FLOW.getBytes(StandardCharsets.UTF_8))) % 4;
  private static final TopicPartition LOG = new TopicPartition(EVENTS, PARTITION);
  private static final int RUNS = 5;

  // A flow, and per run its registration, a step, a task and two metadata requests.
  private static final int RECORDS = 1 + 5 * RUNS;

  private final Path data = TestServer.temporaryFolder();
  private final Path keys = TestServer.temporaryFolder();

  @BeforeEach
  void write() {
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      Api api = Api.of(server);
      api.created("/flows/" + FLOW, "{}");
      for (int i = 0; i < RUNS; i++) {
        run(api);
      }
    }
  }

  private static void run(Api api) {
    String run = Api.field(api.created("/flows/" + FLOW + "/run", "{}"), "run_number");
    String step = "/flows/" + FLOW + "/runs/" + run + "/steps/start";
    api.created(step + "/step", "{}");
    String task = Api.field(api.created(step + "/task", "{}"), "task_id");
    for (String value : List.of("0", "1")) {
      api.created(
          step + "/tasks/" + task + "/metadata",
          "[{\"field_name\": \"attempt\", \"value\": \"" + value + "\", \"type\": \"attempt\"}]");
    }
  }

  @AfterEach
  void clean() {
    TestServer.delete(data);
    TestServer.delete(keys);
  }

  private record Ended(int status, List<String> out, String err) {
    List<String> ofPartition() {
      return out.stream().filter(line -> line.contains(LOG.toString())).toList();
    }
  }

  private static Ended audit(String... args) {
    List<String> all = new ArrayList<>(List.of("audit"));
    all.addAll(List.of(args));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        Main.run(
            all.toArray(String[]::new),
            Map.of(),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    return new Ended(status, out.toString().lines().toList(), err.toString());
  }

  private Ended verify(String... more) {
    List<String> args = new ArrayList<>(List.of("verify", "--data", data.toString()));
    args.addAll(List.of(more));
    Ended ended = audit(args.toArray(String[]::new));
    assertThat(data.resolve("flowledger.audit")).doesNotExist();
    return ended;
  }

  /** The folder says itself that it lacks something; its broker, asked as any, is audited. */
  private Ended verifyAltered() {
    Ended refused = verify();
    assertThat(refused.err()).startsWith("flowledger: nothing can be proven of " + data);
    assertThat(refused.status()).isEqualTo(1);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data.resolve("kafka"), 0)) {
      return verify("--kafka", kafka.bootstrapServers());
    }
  }

  private static void differs(Ended ended, String... lines) {
    assertThat(ended.ofPartition()).containsExactly(lines);
    assertThat(ended.status()).isEqualTo(10);
  }

  // ---- nothing is wrong ------------------------------------------------------------------------

  @Test
  void whatAServerHasLeftIsProven() {
    Ended ended = verify();
    assertThat(ended.ofPartition())
        .containsExactly(LOG + ": proven, " + RECORDS + " records, 78 rows");
    assertThat(ended.out()).endsWith("PROVEN").hasSize(5);
    assertThat(ended.status()).isZero();
  }

  @Test
  void theLogMayBeOnACluster() {
    try (EmbeddedKafka cluster = EmbeddedKafka.start(data.resolve("kafka"), 0)) {
      Ended ended = verify("--kafka", cluster.bootstrapServers());
      assertThat(ended.out()).endsWith("PROVEN").hasSize(5);
      assertThat(ended.status()).isZero();
      ended = verify("--kafka", cluster.bootstrapServers(), "--topic-prefix", "none.");
      assertThat(ended.err())
          .isEqualTo("flowledger: the audit cannot be run: there is no topic none.events\n");
      assertThat(ended.status()).isEqualTo(1);
    }
  }

  @Test
  void aRunningServerIsProvenWhileItTakesWrites() {
    Path heads = keys.resolve("heads.json");
    assertThat(audit("head", "--data", data.toString(), "-o", heads.toString()).status()).isZero();
    try (TestServer server = TestServer.start(TestServer.config(data))) {
      Api api = Api.of(server);
      assertThat(api.get("/audit/head").body() + "\n").isEqualTo(read(heads));
      CompletableFuture<Void> writes =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 50; i++) {
                  run(api);
                }
              });
      do {
        Ended ended = audit("verify", "--server", server.url(""), "--heads", heads.toString());
        assertThat(ended.out()).endsWith("PROVEN").hasSize(5);
        assertThat(ended.status()).isZero();
      } while (!writes.isDone());
      writes.join();
      assertThat(api.operate("POST", "/flowledger/audit/verify", "{\"heads\": 1}"))
          .isEqualTo(
              new Api.Answer(
                  400,
                  "{\"message\": \"the heads of the body: its heads are not as GET /audit/head"
                      + " tells them\"}",
                  Optional.empty()));
      assertThat(audit("verify", "--data", data.toString()).err())
          .isEqualTo(
              "flowledger: the data folder "
                  + data
                  + " is in use by another server; stop it, or use --data; or ask the server with"
                  + " --server URL\n");
      assertThat(audit("verify", "--data", data.toString()).status()).isEqualTo(1);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- the log -------------------------------------------------------------------------------

  @Test
  void aFlippedBitOnDiskIsFound() throws IOException {
    Path segment =
        data.resolve("kafka").resolve(LOG.toString()).resolve("00000000000000000000.log");
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.seek(file.length() - 10);
      int bits = file.read();
      file.seek(file.length() - 10);
      file.write(bits ^ 1);
    }
    Ended ended = verifyAltered();
    assertThat(ended.ofPartition()).hasSize(2);
    assertThat(ended.ofPartition().get(1))
        .startsWith("  " + LOG + "@" + (RECORDS - 1) + ": the log cannot be read from here on: ");
    assertThat(ended.status()).isEqualTo(10);
  }

  @Test
  void aDeletedRecordIsFound() throws Exception {
    rewriteLog(records -> records.remove(7));
    differs(
        verifyAltered(),
        LOG + ": differs, " + (RECORDS - 1) + " records, 0 rows",
        "  "
            + LOG
            + "@7: the log has another record here than the view was made from: it was altered or"
            + " swapped, or one was inserted or deleted");
  }

  @Test
  void insertedRecordsWithoutAKeyAreFound() throws Exception {
    rewriteLog(
        records -> {
          records.add(20, keyless(utf8("inserted")));
          records.add(7, keyless(null));
        });
    differs(
        verifyAltered(),
        LOG + ": differs, " + RECORDS + " records, 0 rows",
        "  "
            + LOG
            + "@7: the log has another record here than the view was made from: it was altered or"
            + " swapped, or one was inserted or deleted");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @SuppressWarnings("NullAway") // a record may be without a key or a value
  private static ConsumerRecord<byte[], byte[]> keyless(byte @Nullable [] value) {
    return new ConsumerRecord<>(EVENTS, PARTITION, 0, null, value);
  }

  /** Live, restored by Kafka Streams from a copy that is behind the group, or made anew. */
  @Test
  void recordsWithoutAKeyAreInTheChainWhicheverWayTheViewWasMade() throws Exception {
    Path views = data.resolve("views");
    Path old = keys.resolve("old-views");
    copy(views, old);
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data.resolve("kafka"), 0);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      for (ConsumerRecord<byte[], byte[]> record :
          List.of(keyless(utf8("no event")), keyless(null), keyless(new byte[0]))) {
        producer.send(new ProducerRecord<>(EVENTS, PARTITION, record.key(), record.value())).get();
      }
    }
    TestServer.start(TestServer.config(data)).close();
    Ended head = audit("head", "--data", data.toString());
    assertThat(head.out().get(0))
        .contains(
            "\"partition\": %d, \"offset\": %d, \"records\": %d, "
                .formatted(PARTITION, RECORDS + 2, RECORDS + 3));
    String proven = LOG + ": proven, " + (RECORDS + 3) + " records, 81 rows";
    assertThat(verify().ofPartition()).containsExactly(proven);

    TestServer.delete(views);
    copy(old, views);
    TestServer.start(TestServer.config(data)).close();
    assertThat(audit("head", "--data", data.toString())).isEqualTo(head);
    assertThat(verify().ofPartition()).containsExactly(proven);

    TestServer.delete(views);
    TestServer.start(TestServer.config(data)).close();
    assertThat(audit("head", "--data", data.toString())).isEqualTo(head);
    assertThat(verify().ofPartition()).containsExactly(proven);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @Test
  void aTailThatTheViewHasLostTooIsFoundByTheSignedHead() throws Exception {
    Path key = keys.resolve("key");
    Path heads = keys.resolve("heads.json");
    assertThat(audit("keygen", key.toString()).status()).isZero();
    String[] sign = {
      "head", "--data", data.toString(), "--sign", key.toString(), "-o", heads.toString()
    };
    assertThat(audit(sign)).isEqualTo(new Ended(0, List.of(), ""));
    String[] signed = {"--heads", heads.toString(), "--key", key + ".pub"};
    assertThat(verify(signed).status()).isZero();

    rewriteLog(records -> records.subList(20, RECORDS).clear());
    KafkaConfig.Embedded kafka = (KafkaConfig.Embedded) TestServer.embeddedKafka(0);
    TestServer.start(TestServer.config(data).withKafka(kafka.acceptingLoss()))
        .close(); // makes the views from what is left
    assertThat(verify().status()).isZero();
    differs(
        verify(signed),
        LOG + ": differs, 20 records, 60 rows",
        "  "
            + LOG
            + "@20: the log ends here, but its recorded head is at offset 25: its end was cut off");

    Path other = keys.resolve("other");
    assertThat(audit("keygen", other.toString()).status()).isZero();
    assertThat(verify("--heads", heads.toString(), "--key", other + ".pub"))
        .isEqualTo(
            new Ended(1, List.of(), "flowledger: " + heads + ": it was signed with another key\n"));
  }

  @Test
  void theHeadsOfAnotherInstallationAreNotTaken() throws Exception {
    Path heads = keys.resolve("heads.json");
    Path other = TestServer.temporaryFolder();
    try (TestServer server = TestServer.start(TestServer.config(other))) {
      Api.of(server).created("/flows/" + FLOW, "{}");
      assertThat(audit("head", "--server", server.url(""), "-o", heads.toString()).status())
          .isZero();
    } finally {
      TestServer.delete(other);
    }
    Ended ended = verify("--heads", heads.toString());
    assertThat(ended.ofPartition()).hasSize(2);
    assertThat(ended.ofPartition().get(1))
        .startsWith("  " + LOG + "@0: the log up to here is not the recorded one: its head is ");
    assertThat(ended.status()).isEqualTo(10);
  }

  /** Puts an altered copy of the partition in its place. */
  private void rewriteLog(Consumer<List<ConsumerRecord<byte[], byte[]>>> change) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(data.resolve("kafka"), 0)) {
      Map<String, Object> clients = Map.of("bootstrap.servers", kafka.bootstrapServers());
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(clients, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer.assign(List.of(LOG));
        consumer.seekToBeginning(List.of(LOG));
        PartitionReader.readToEnd(consumer, LOG, records::add);
      }
      assertThat(records).hasSize(RECORDS);
      change.accept(records);
      try (Admin admin = Admin.create(clients)) {
        Map<String, String> settings = Map.of("max.message.bytes", "33554432");
        admin.deleteTopics(List.of(EVENTS)).all().get();
        admin
            .createTopics(
                List.of(new NewTopic(EVENTS, Optional.of(4), Optional.empty()).configs(settings)))
            .all()
            .get();
      }
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
          producer.send(new ProducerRecord<>(EVENTS, PARTITION, record.key(), record.value()));
        }
      }
    }
  }

  // ---- the view --------------------------------------------------------------------------------

  @Test
  void anAlteredRowIsFoundWithTheEventThatWroteIt() throws RocksDBException {
    Path view = data.resolve("views/flowledger.projector/0_" + PARTITION).resolve("events-view");
    try (RocksDB db = RocksDB.open(view.toString());
        RocksIterator rows = db.newIterator()) {
      rows.seek(new byte[] {'t'});
      byte[] row = rows.value();
      row[row.length - 1] ^= 1;
      db.put(rows.key(), row);
    }
    Ended ended = verify();
    assertThat(ended.status()).isEqualTo(10);
    Matcher finding =
        Pattern.compile(
                "  flowledger\\.events-\\d@3: row t \\(task \\d+\\) of the view is not what the"
                    + " log gives: it has (\\d+) bytes instead of (\\d+), and the first that"
                    + " differs is byte (\\d+)")
            .matcher(ended.ofPartition().get(1));
    assertThat(finding.matches()).as("%s", ended).isTrue();
    assertThat(ended.ofPartition()).hasSize(2);
  }

  @Test
  void aViewThatIsMissingIsNotProven() {
    TestServer.delete(data.resolve("views"));
    Ended ended = verify();
    assertThat(ended.ofPartition())
        .containsExactly(LOG + ": unproven (its view is not here), 0 records, 0 rows");
    assertThat(ended.out()).endsWith("UNPROVEN: not everything could be compared");
    assertThat(ended.status()).isEqualTo(1);
  }
}
