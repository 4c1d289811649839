package io.flowledger.deploy.mcp.tool;

import java.util.Set;
import java.util.regex.Pattern;

/** Fields of metadata, by how much they tell of why a run went as it did. */
final class MetadataFields {

  /** What every attempt has, and says elsewhere. */
  private static final Set<String> OF_ATTEMPTS =
      Set.of(
          "attempt",
          "attempt_ok",
          "attempt-done",
          "origin-run-id",
          "origin-task-id",
          "foreach-stack",
          "foreach-indices",
          "foreach-indices-truncated",
          "foreach-execution-path",
          "heartbeat");

  /** Where it ran: the same in all runs, as a rule. */
  private static final Set<String> OF_SURROUNDINGS =
      Set.of(
          "runtime",
          "python_version",
          "metaflow_version",
          "user",
          "ds-type",
          "ds-root",
          "script-name",
          "start_step",
          "end_step");

  /** Identifiers that are new in every run. */
  private static final Pattern OF_ONE_RUN =
      Pattern.compile(
          "[0-9a-fA-F-]{32,36}"
              + "|.*[-_](pod|job|task|execution|workflow)[-_](name|id|arn|attempt)"
              + "|.*logs?-stream.*",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern OF_CODE =
      Pattern.compile("code[-_]package.*|.*(git|commit|revision).*|script-name");

  private MetadataFields() {}

  /** What a step or a scheduler has recorded beside what Metaflow always does. */
  static boolean isOwn(String field) {
    return !OF_ATTEMPTS.contains(field) && !OF_SURROUNDINGS.contains(field);
  }

  /** Whether it tells nothing that another value in another run differs. */
  static boolean isNoise(String field) {
    return OF_ATTEMPTS.contains(field) || OF_ONE_RUN.matcher(field).matches();
  }

  static boolean isOfCode(String field) {
    return OF_CODE.matcher(field).matches();
  }

  static boolean isOfSurroundings(String field) {
    return OF_SURROUNDINGS.contains(field);
  }
}
