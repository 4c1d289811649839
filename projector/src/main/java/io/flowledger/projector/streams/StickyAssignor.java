package io.flowledger.projector.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ApplicationState;
import org.apache.kafka.streams.processor.assignment.AssignmentConfigs;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsAssignment.AssignedTask;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsState;
import org.apache.kafka.streams.processor.assignment.ProcessId;
import org.apache.kafka.streams.processor.assignment.TaskAssignor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shares out the tasks of the group by {@link Placement}. The assignor that comes with Kafka
 * Streams counts them out anew whenever a process comes or goes: a third of those that had nothing
 * to do with it move, too, and each is away for a moment.
 */
public final class StickyAssignor implements TaskAssignor {

  /** Tag of a process: the zone that it is in. */
  public static final String ZONE = "zone";

  private static final Logger LOG = LoggerFactory.getLogger(StickyAssignor.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);
  private static final long RUNS = -2; // what Kafka Streams says of the lag of a running owner

  /** Of a copy, where the brokers do not tell the end: far behind, and better than none. */
  private static final long UNKNOWN = Long.MAX_VALUE / 4;

  private String ownConsumers = "";

  @Override
  public void configure(Map<String, ?> configs) {
    Object client = configs.get(StreamsConfig.CLIENT_ID_CONFIG);
    if (client != null) {
      ownConsumers = client + "-";
    }
  }

  @Override
  public TaskAssignment assign(ApplicationState application) {
    AssignmentConfigs configs = application.assignmentConfigs();
    Set<TaskId> tasks = application.allTasks().keySet();
    Collection<KafkaStreamsState> states = application.kafkaStreamsStates(true).values();
    List<Placement.Process> processes = states.stream().map(StickyAssignor::process).toList();
    Placement.Decision decision =
        Placement.of(
            new Placement.Settings(
                configs.numStandbyReplicas(),
                configs.acceptableRecoveryLag(),
                configs.maxWarmupReplicas()),
            tasks,
            processes);
    LOG.debug("of {} comes {}", processes, decision);
    return new TaskAssignment(assignments(processes, decision, looksAgain(states)));
  }

  /** This process itself: the time to look again is by its clock. */
  private ProcessId looksAgain(Collection<KafkaStreamsState> states) {
    return states.stream()
        .filter(
            state -> state.consumerClientIds().stream().anyMatch(id -> id.startsWith(ownConsumers)))
        .map(KafkaStreamsState::processId)
        .findFirst()
        .orElseGet(() -> states.iterator().next().processId());
  }

  private static Placement.Process process(KafkaStreamsState state) {
    Map<TaskId, Long> lags = new HashMap<>();
    state
        .statefulTasksToLagSums()
        .forEach(
            (task, lag) -> {
              if (lag >= RUNS) {
                lags.put(task, lag);
              } else if (state.previousActiveTasks().contains(task)) {
                lags.put(task, 0L);
              } else if (state.previousStandbyTasks().contains(task)) {
                lags.put(task, UNKNOWN);
              }
            });
    return new Placement.Process(
        state.processId(),
        state.clientTags().getOrDefault(ZONE, ""),
        state.previousActiveTasks(),
        lags);
  }

  private static List<KafkaStreamsAssignment> assignments(
      List<Placement.Process> processes, Placement.Decision decision, ProcessId looksAgain) {
    SortedMap<ProcessId, Set<AssignedTask>> assigned = new TreeMap<>();
    processes.forEach(process -> assigned.put(process.id(), new HashSet<>()));
    decision
        .owners()
        .forEach((task, owner) -> add(assigned, owner, task, AssignedTask.Type.ACTIVE));
    decision
        .standbys()
        .forEach(
            (task, standbys) ->
                standbys.forEach(
                    standby -> add(assigned, standby, task, AssignedTask.Type.STANDBY)));
    List<KafkaStreamsAssignment> assignments = new ArrayList<>();
    assigned.forEach(
        (process, its) -> {
          KafkaStreamsAssignment assignment = KafkaStreamsAssignment.of(process, its);
          boolean looks = !decision.settled() && process.equals(looksAgain);
          assignments.add(
              looks
                  ? assignment.withFollowupRebalance(Instant.now().plus(LOOK_AGAIN))
                  : assignment);
        });
    return assignments;
  }

  private static void add(
      Map<ProcessId, Set<AssignedTask>> assigned,
      ProcessId process,
      TaskId task,
      AssignedTask.Type as) {
    assigned.computeIfAbsent(process, unknown -> new HashSet<>()).add(new AssignedTask(task, as));
  }
}
