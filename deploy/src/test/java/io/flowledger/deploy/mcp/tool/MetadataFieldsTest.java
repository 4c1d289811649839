package io.flowledger.deploy.mcp.tool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which metadata tells why a run went as it did. */
class MetadataFieldsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "attempt",
        "attempt_ok",
        "origin-run-id",
        "kubernetes-pod-name",
        "aws-batch-job-id",
        "aws-batch-job-attempt",
        "aws-batch-awslogs-stream",
        "argo-workflow-name",
        "0f8fad5b-d9cb-469f-a165-70867728950e"
      })
  void whatDiffersInAnyTwoRunsIsLeftOut(String field) {
    assertThat(MetadataFields.isNoise(field)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"commit", "ml_task", "job", "pod_size", "table_id", "conda_env_id"})
  void whatAStepHasRecordedIsNot(String field) {
    assertThat(MetadataFields.isNoise(field)).isFalse();
    assertThat(MetadataFields.isOwn(field)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"git_commit", "code-package", "code-package-sha", "git-sha", "script-name"})
  void code(String field) {
    assertThat(MetadataFields.isOfCode(field)).isTrue();
  }
}
