package io.flowledger.deploy;

import io.flowledger.deploy.audit.AuditFailure;
import io.flowledger.deploy.cli.Faults;
import io.flowledger.deploy.cli.audit.AuditListener;
import io.flowledger.deploy.cli.audit.Auditor;
import io.flowledger.deploy.server.DataFolder;
import io.flowledger.deploy.server.EmbeddedKafka;
import io.flowledger.deploy.server.EventSerdes;
import io.flowledger.deploy.server.KeptLog;
import io.flowledger.deploy.server.StartException;
import io.flowledger.projector.Projector;
import io.flowledger.projector.audit.Audit;
import io.flowledger.projector.audit.PartitionProof;
import io.flowledger.projector.chain.PartitionHead;
import io.flowledger.schemas.registry.SchemaRegistry;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.topic.Topics;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.ProcessorStateException;

/**
 * The auditor of a data folder that no server has open. Where the log is in it too, its Kafka is
 * started, and nothing else.
 */
final class FolderAuditor implements Auditor {

  private static final long REPORT_EVERY_S = 1;

  private final Folder folder;

  FolderAuditor(Folder folder) {
    this.folder = folder;
  }

  @Override
  public List<PartitionHead> heads() {
    try (DataFolder data = data()) {
      List<PartitionHead> heads = Projector.heads(data.views(), folder.topicPrefix());
      if (heads.isEmpty()) {
        throw new AuditFailure(
            folder.data() + " has no views of " + Topics.events(folder.topicPrefix()));
      }
      return heads;
    } catch (ProcessorStateException e) {
      throw failure("the views cannot be read", e);
    }
  }

  @Override
  public List<PartitionProof> verify(List<PartitionHead> recorded, AuditListener listener) {
    try (DataFolder data = data()) {
      if (folder.kafka().isPresent()) {
        return verify(data, folder.kafka().get(), recorded, listener);
      }
      if (!Files.isDirectory(data.kafka())) {
        throw new AuditFailure(
            folder.data() + " has no log of its own; name the cluster that has it with --kafka");
      }
      List<String> lacks = KeptLog.lacks(data, folder.topicPrefix());
      if (!lacks.isEmpty()) {
        throw new AuditFailure(
            "nothing can be proven of "
                + folder.data()
                + ", which lacks what it has acknowledged: "
                + String.join("; ", lacks));
      }
      KeptLog.mend(data, line -> report(listener, line));
      report(listener, "starting the embedded Kafka in " + data.kafka());
      try (EmbeddedKafka kafka = EmbeddedKafka.start(data.kafka(), 0)) {
        return verify(data, kafka.bootstrapServers(), recorded, listener);
      }
    } catch (StartException
        | KafkaException
        | SchemaRegistry.SchemaRegistryException
        | IllegalArgumentException // said of the settings of a registry
        | UncheckedIOException e) {
      throw failure("the audit cannot be run", e);
    }
  }

  private DataFolder data() {
    if (!Files.isDirectory(folder.data())) {
      throw new AuditFailure("there is no data folder " + folder.data());
    }
    if (!DataFolder.isOne(folder.data())) {
      throw new AuditFailure(folder.data() + " is no data folder of a server");
    }
    try {
      return DataFolder.take(folder.data());
    } catch (StartException e) {
      throw new AuditFailure(e.getMessage() + "; or ask the server with --server URL", e);
    }
  }

  private static AuditFailure failure(String what, Exception e) {
    return new AuditFailure(what + ": " + Faults.why(e), e);
  }

  private List<PartitionProof> verify(
      DataFolder data,
      String bootstrapServers,
      List<PartitionHead> recorded,
      AuditListener listener) {
    Map<String, Object> clients = new HashMap<>(folder.kafkaProperties());
    clients.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    try (SchemaRegistry registry =
            EventSerdes.registry(folder.schemaRegistry(), clients, folder.schemasTopic());
        Audit audit =
            new Audit(
                clients,
                Topics.events(folder.topicPrefix()),
                new EventSerde(registry),
                (partition, scratch) -> view(data, partition),
                data.audit(),
                Runtime.getRuntime().availableProcessors())) {
      ScheduledExecutorService reports = Executors.newSingleThreadScheduledExecutor();
      try {
        reports.scheduleAtFixedRate(
            () -> report(listener, audit.progress()),
            REPORT_EVERY_S,
            REPORT_EVERY_S,
            TimeUnit.SECONDS);
        return audit.run(
            recorded,
            proof -> {
              synchronized (listener) {
                listener.proof(proof);
              }
            });
      } finally {
        reports.shutdownNow();
      }
    }
  }

  private static void report(AuditListener listener, String line) {
    synchronized (listener) {
      listener.progress(line);
    }
  }

  private Optional<Path> view(DataFolder data, int partition) {
    return Optional.of(Projector.eventsView(data.views(), folder.topicPrefix(), partition))
        .filter(Files::isDirectory);
  }
}
