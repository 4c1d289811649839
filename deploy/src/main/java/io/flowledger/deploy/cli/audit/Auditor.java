package io.flowledger.deploy.cli.audit;

import io.flowledger.deploy.audit.AuditFailure;
import io.flowledger.projector.audit.PartitionProof;
import io.flowledger.projector.chain.PartitionHead;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Auditor of the views of one place: of a server that runs, or of a folder that no server has open.
 */
public interface Auditor {

  /**
   * The heads of the log as far as the views are.
   *
   * @throws AuditFailure when they cannot be read
   */
  List<PartitionHead> heads();

  /**
   * Compares views and log. Blocks until that is done.
   *
   * @param recorded heads that the log must have
   * @throws AuditFailure when it cannot be done
   */
  List<PartitionProof> verify(List<PartitionHead> recorded, AuditListener listener);

  /**
   * Where views and log are that no server has open.
   *
   * @param data folder of the server
   * @param kafka bootstrap servers of the cluster with the log; empty where it is in the folder
   * @param kafkaProperties settings of all Kafka clients
   * @param schemaRegistry properties of a registry elsewhere, under Confluent's names; empty where
   *     schemas are in their topic
   */
  record Folder(
      Path data,
      Optional<String> kafka,
      Map<String, String> kafkaProperties,
      String topicPrefix,
      String schemasTopic,
      Map<String, String> schemaRegistry) {}

  /** Opens folders. */
  @FunctionalInterface
  interface Opener {
    Auditor of(Folder folder);
  }
}
