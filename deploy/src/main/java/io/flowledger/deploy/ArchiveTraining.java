package io.flowledger.deploy;

/**
 * A start whose classes a launcher wants to have, and nothing else: the JVM writes its archive of
 * them when it ends.
 */
final class ArchiveTraining {

  private static final String ASKED = "flowledger.archive.training";

  private ArchiveTraining() {}

  /** Called when all has been loaded that a start needs; does not return where it is one. */
  static void endIfAsked() {
    if (Boolean.getBoolean(ASKED)) {
      System.exit(0);
    }
  }
}
