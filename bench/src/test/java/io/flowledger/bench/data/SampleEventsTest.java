package io.flowledger.bench.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The events that a rebuild is measured with. */
class SampleEventsTest {

  @Test
  void aTaskRecordsItsMetadataAndItsArtifacts() {
    SampleEvents events = new SampleEvents();

    assertThat(Stream.generate(() -> events.next().event().getClass()).limit(10))
        .isEqualTo(
            List.of(
                FlowRegistered.class,
                RunRegistered.class,
                StepRegistered.class,
                TaskRegistered.class,
                MetadataRecorded.class,
                MetadataRecorded.class,
                MetadataRecorded.class,
                MetadataRecorded.class,
                MetadataRecorded.class,
                ArtifactsRecorded.class));
    assertThat(events.betweenRuns()).isFalse();
  }

  @Test
  void numbersAreThoseOfTheRunsThatWereHandedOut() {
    SampleEvents events = new SampleEvents();
    do {
      assertThat(events.next().flowId()).isEqualTo("BenchFlow1");
    } while (!events.betweenRuns());

    assertThat(events.runs()).isEqualTo(1);
    assertThat(events.tasks()).isEqualTo(20);
    assertThat(events.metadata()).isEqualTo(320);
    assertThat(events.lastTask()).isEqualTo("/flows/BenchFlow1/runs/1/steps/end/tasks/20");
  }
}
