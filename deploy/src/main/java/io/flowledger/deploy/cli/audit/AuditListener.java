package io.flowledger.deploy.cli.audit;

import io.flowledger.projector.audit.PartitionProof;

/** Listener to an audit, which is told how it goes by any thread, one call at a time. */
public interface AuditListener {

  /** How far it is, every few seconds. */
  void progress(String line);

  /** A partition is done. */
  void proof(PartitionProof proof);
}
