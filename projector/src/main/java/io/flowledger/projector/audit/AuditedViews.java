package io.flowledger.projector.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The views that are audited, each in a folder that nobody writes to meanwhile. */
@FunctionalInterface
public interface AuditedViews {

  /**
   * The folder of the view of one partition of the events; empty where there is none here. It may
   * be made by this call.
   *
   * @param scratch a folder that does not exist, to make it in if it has to be made; it is deleted
   *     when the partition is done
   */
  Optional<Path> folder(int partition, Path scratch) throws IOException;
}
