package io.flowledger.projector.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ApplicationState;
import org.apache.kafka.streams.processor.assignment.AssignmentConfigs;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment.AssignedTask;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsState;
import org.apache.kafka.streams.processor.assignment.ProcessId;
import org.apache.kafka.streams.processor.assignment.TaskAssignmentUtils;
import org.apache.kafka.streams.processor.assignment.TaskAssignor.AssignmentError;
import org.apache.kafka.streams.processor.assignment.TaskAssignor.TaskAssignment;
import org.apache.kafka.streams.processor.assignment.TaskInfo;
import org.apache.kafka.streams.processor.assignment.TaskTopicPartition;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;

class StickyAssignorTest {

  private static final long RUNS = -2;
  private static final long UNKNOWN = -3;
  private static final ProcessId A = new ProcessId(new UUID(0, 1));
  private static final ProcessId B = new ProcessId(new UUID(0, 2));
  private static final TaskId FIRST = new TaskId(0, 0);
  private static final TaskId SECOND = new TaskId(0, 1);

  private record Task(TaskId id) implements TaskInfo {
    @Override
    public boolean isStateful() {
      return true;
    }

    @Override
    public Set<String> stateStoreNames() {
      return Set.of("store");
    }

    @Override
    public Set<TaskTopicPartition> topicPartitions() {
      return Set.of();
    }
  }

  private record Process(
      ProcessId processId, Set<TaskId> owned, Set<TaskId> copies, Map<TaskId, Long> lags)
      implements KafkaStreamsState {

    @Override
    public int numProcessingThreads() {
      return 1;
    }

    @Override
    public SortedSet<String> consumerClientIds() {
      return new TreeSet<>(Set.of("node-" + processId + "-StreamThread-1-consumer"));
    }

    @Override
    public SortedSet<TaskId> previousActiveTasks() {
      return new TreeSet<>(owned);
    }

    @Override
    public SortedSet<TaskId> previousStandbyTasks() {
      return new TreeSet<>(copies);
    }

    @Override
    public long lagFor(TaskId task) {
      return lags.getOrDefault(task, UNKNOWN);
    }

    @Override
    public SortedSet<TaskId> prevTasksByLag(String consumer) {
      return new TreeSet<>();
    }

    @Override
    public Map<TaskId, Long> statefulTasksToLagSums() {
      return lags;
    }

    @Override
    public Optional<HostInfo> hostInfo() {
      return Optional.empty();
    }

    @Override
    public Map<String, String> clientTags() {
      return Map.of();
    }

    @Override
    public Optional<String> rackId() {
      return Optional.empty();
    }
  }

  private record Application(Collection<Process> processes) implements ApplicationState {
    @Override
    public Map<ProcessId, KafkaStreamsState> kafkaStreamsStates(boolean computeTaskLags) {
      return processes.stream().collect(Collectors.toMap(Process::processId, process -> process));
    }

    @Override
    public AssignmentConfigs assignmentConfigs() {
      return new AssignmentConfigs(1000L, 4, 1, 60_000L, List.of());
    }

    @Override
    public Map<TaskId, TaskInfo> allTasks() {
      return Map.of(FIRST, new Task(FIRST), SECOND, new Task(SECOND));
    }
  }

  private static Collection<KafkaStreamsAssignment> assigned(Process... processes) {
    Application application = new Application(List.of(processes));
    StickyAssignor assignor = new StickyAssignor();
    assignor.configure(Map.of(StreamsConfig.CLIENT_ID_CONFIG, "node-" + B));
    TaskAssignment assignment = assignor.assign(application);
    assertThat(TaskAssignmentUtils.validateTaskAssignment(application, assignment))
        .isEqualTo(AssignmentError.NONE);
    return assignment.assignment();
  }

  private static List<TaskId> tasks(
      Collection<KafkaStreamsAssignment> assigned, ProcessId process, AssignedTask.Type type) {
    return assigned.stream()
        .filter(assignment -> assignment.processId().equals(process))
        .flatMap(assignment -> assignment.tasks().values().stream())
        .filter(task -> task.type() == type)
        .map(AssignedTask::id)
        .sorted()
        .toList();
  }

  private static Map<TaskId, Long> lags(long first, long second) {
    return Map.of(FIRST, first, SECOND, second);
  }

  @Test
  void whoRunsATaskKeepsIt() {
    Collection<KafkaStreamsAssignment> assigned =
        assigned(
            new Process(A, Set.of(SECOND), Set.of(FIRST), lags(3, RUNS)),
            new Process(B, Set.of(FIRST), Set.of(SECOND), lags(RUNS, 0)));
    assertThat(tasks(assigned, A, AssignedTask.Type.ACTIVE)).containsExactly(SECOND);
    assertThat(tasks(assigned, A, AssignedTask.Type.STANDBY)).containsExactly(FIRST);
    assertThat(tasks(assigned, B, AssignedTask.Type.ACTIVE)).containsExactly(FIRST);
    assertThat(assigned).allMatch(assignment -> assignment.followupRebalanceDeadline().isEmpty());
  }

  @Test
  void whoDecidesLooksAgainWhenCopiesMayBeCloseBehind() {
    Collection<KafkaStreamsAssignment> assigned =
        assigned(
            new Process(A, Set.of(FIRST, SECOND), Set.of(), lags(RUNS, RUNS)),
            new Process(B, Set.of(), Set.of(), lags(9000, 9000)));
    assertThat(tasks(assigned, A, AssignedTask.Type.ACTIVE)).containsExactly(FIRST, SECOND);
    assertThat(tasks(assigned, B, AssignedTask.Type.STANDBY)).containsExactly(FIRST, SECOND);
    assertThat(assigned)
        .filteredOn(assignment -> assignment.followupRebalanceDeadline().isPresent())
        .extracting(KafkaStreamsAssignment::processId)
        .containsExactly(B);
  }

  @Test
  void whereTheBrokersDoNotTellTheEndACopyIsBetterThanNone() {
    Collection<KafkaStreamsAssignment> assigned =
        assigned(
            new Process(A, Set.of(), Set.of(), lags(UNKNOWN, UNKNOWN)),
            new Process(B, Set.of(SECOND), Set.of(FIRST), lags(UNKNOWN, RUNS)));
    assertThat(tasks(assigned, B, AssignedTask.Type.ACTIVE)).containsExactly(FIRST, SECOND);
  }

  @Test
  void whereTheBrokersDoNotTellTheEndNothingMovesAndItIsLookedAtAgain() {
    Collection<KafkaStreamsAssignment> assigned =
        assigned(
            new Process(A, Set.of(FIRST, SECOND), Set.of(), lags(UNKNOWN, UNKNOWN)),
            new Process(B, Set.of(), Set.of(FIRST, SECOND), lags(UNKNOWN, UNKNOWN)));
    assertThat(tasks(assigned, A, AssignedTask.Type.ACTIVE)).containsExactly(FIRST, SECOND);
    assertThat(tasks(assigned, B, AssignedTask.Type.STANDBY)).containsExactly(FIRST, SECOND);
    assertThat(assigned).anyMatch(assignment -> assignment.followupRebalanceDeadline().isPresent());
  }
}
