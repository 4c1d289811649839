package io.flowledger.deploy.cli;

/** Exit codes of the commands; scripts rely on them. */
public final class ExitCodes {

  public static final int FINE = 0;
  public static final int FAILED = 1;
  static final int USAGE = 2;
  public static final int NOT_FOUND = 3;

  // With --exit-code only.
  static final int RUN_GOES_ON = 4;
  static final int RUN_FAILED = 5;
  static final int RUN_LOST = 6;
  public static final int DIFFERENT = 9;

  private ExitCodes() {}

  /** For the status of a run. */
  public static int ofRun(String status) {
    return switch (status) {
      case "completed" -> FINE;
      case "pending", "running" -> RUN_GOES_ON;
      case "failed" -> RUN_FAILED;
      case "killed-or-lost" -> RUN_LOST;
      default -> FAILED;
    };
  }
}
