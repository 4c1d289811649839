package io.flowledger.projector.streams;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ProcessId;

/**
 * Decides which process owns which task, and which keep a standby of it. What has an owner stays
 * there: a process that dies or comes moves nothing between the others but what evens out their
 * numbers. And it moves only to a process whose copy is close behind; another one gets a copy
 * first, while the one that has it so far goes on.
 */
final class Placement {

  /**
   * What is wanted.
   *
   * @param standbys of each task, as far as there are processes
   * @param closeLag how many records a copy may lack that can take over at once
   * @param warmups copies at a time that are made for a process to take over later
   */
  record Settings(int standbys, long closeLag, int warmups) {}

  /**
   * A process of the group, and what it has.
   *
   * @param zone that it is in; empty where nobody has said
   * @param owned tasks that it has been owner of so far
   * @param lags of its copies of all tasks, in records; negative where it runs one as its owner
   */
  record Process(ProcessId id, String zone, Set<TaskId> owned, Map<TaskId, Long> lags) {}

  /**
   * Who has what from now on.
   *
   * @param settled whether that is how it is to be, and not only on the way to it
   */
  record Decision(
      SortedMap<TaskId, ProcessId> owners,
      SortedMap<TaskId, SortedSet<ProcessId>> standbys,
      boolean settled) {}

  /** A process, and what it is to have in the end. */
  private final class Host {
    final Process process;
    final SortedSet<TaskId> owned = new TreeSet<>();
    int standbys;

    Host(Process process) {
      this.process = process;
    }

    long lag(TaskId task) {
      return process.lags().getOrDefault(task, Long.MAX_VALUE);
    }

    boolean isClose(TaskId task) {
      return lag(task) <= settings.closeLag();
    }

    int load() {
      return owned.size();
    }

    ProcessId id() {
      return process.id();
    }
  }

  private final Settings settings;
  private final SortedSet<TaskId> tasks;
  private final List<Host> hosts;
  private final SortedMap<TaskId, ProcessId> owners = new TreeMap<>();
  private final SortedMap<TaskId, SortedSet<ProcessId>> standbys = new TreeMap<>();
  private boolean settled = true;
  private int warmupsLeft;

  private Placement(Settings settings, Collection<TaskId> tasks, Collection<Process> processes) {
    this.settings = settings;
    this.tasks = new TreeSet<>(tasks);
    this.warmupsLeft = settings.warmups();
    this.hosts =
        processes.stream().sorted(Comparator.comparing(Process::id)).map(Host::new).toList();
  }

  /**
   * @param processes one or more
   */
  static Decision of(Settings settings, Collection<TaskId> tasks, Collection<Process> processes) {
    Placement placement = new Placement(settings, tasks, processes);
    placement.keepOwners();
    placement.even();
    for (TaskId task : placement.tasks) {
      placement.decide(task, placement.wantedStandbys(task));
    }
    return new Decision(placement.owners, placement.standbys, placement.settled);
  }

  // ---- how it is to be in the end --------------------------------------------------------------

  /** Whoever owns a task keeps it; others go to whoever is close behind and has the fewest. */
  private void keepOwners() {
    List<TaskId> orphans = new ArrayList<>();
    for (TaskId task : tasks) {
      owner(task).ifPresentOrElse(host -> host.owned.add(task), () -> orphans.add(task));
    }
    orphans.sort(Comparator.comparingLong(task -> close(task).count())); // the least choice first
    for (TaskId task : orphans) {
      Comparator<Host> best =
          Comparator.<Host>comparingLong(host -> host.isClose(task) ? 0 : host.lag(task))
              .thenComparing(Host::load)
              .thenComparing(host -> host.lag(task));
      hosts.stream().min(best).orElseThrow().owned.add(task);
    }
  }

  /** Who owns it so far; nobody where only others are close behind the log. */
  private Optional<Host> owner(TaskId task) {
    return hosts.stream()
        .filter(host -> host.process.owned().contains(task))
        .min(byLag(task))
        .filter(owner -> owner.isClose(task) || close(task).findAny().isEmpty());
  }

  private static Comparator<Host> byLag(TaskId task) {
    return Comparator.comparingLong(host -> host.lag(task));
  }

  private Stream<Host> close(TaskId task) {
    return hosts.stream().filter(host -> host.isClose(task));
  }

  private void even() {
    while (true) {
      Host most = hosts.stream().max(Comparator.comparing(Host::load)).orElseThrow();
      Host least = hosts.stream().min(Comparator.comparing(Host::load)).orElseThrow();
      if (most.load() - least.load() < 2) {
        return;
      }
      TaskId moved = most.owned.stream().min(Comparator.comparingLong(least::lag)).orElseThrow();
      most.owned.remove(moved);
      least.owned.add(moved);
    }
  }

  /** In other zones than its owner and each other, as far as there are; then those that are. */
  private List<Host> wantedStandbys(TaskId task) {
    int share = (tasks.size() * settings.standbys() + hosts.size() - 1) / hosts.size();
    Host owner = wantedOwner(task);
    List<Host> wanted = new ArrayList<>();
    Set<String> zones = new TreeSet<>(Set.of(owner.process.zone()));
    while (wanted.size() < Math.min(settings.standbys(), hosts.size() - 1)) {
      Comparator<Host> best =
          Comparator.<Host, Boolean>comparing(
                  host -> !host.process.zone().isEmpty() && zones.contains(host.process.zone()))
              .thenComparing(host -> host.standbys >= share)
              .thenComparing(host -> host.lag(task))
              .thenComparing(host -> host.standbys);
      Host next =
          hosts.stream()
              .filter(host -> host != owner && !wanted.contains(host))
              .min(best)
              .orElseThrow();
      next.standbys++;
      zones.add(next.process.zone());
      wanted.add(next);
    }
    return wanted;
  }

  private Host wantedOwner(TaskId task) {
    return hosts.stream().filter(host -> host.owned.contains(task)).findFirst().orElseThrow();
  }

  // ---- how it can be now -----------------------------------------------------------------------

  /** Nothing that is close behind is given up before what takes its place is. */
  private void decide(TaskId task, List<Host> wantedStandbys) {
    Host wanted = wantedOwner(task);
    Host owner = ownerNow(task, wanted);
    owners.put(task, owner.id());
    List<Host> coming = new ArrayList<>(wantedStandbys);
    if (owner != wanted) {
      coming.remove(owner);
      coming.add(wanted);
      settled = false;
    }
    int enough = Math.min(settings.standbys(), hosts.size() - 1);
    List<Host> copies =
        new ArrayList<>(coming.stream().filter(host -> host.isClose(task)).toList());
    List<Host> kept =
        close(task)
            .filter(host -> host != owner && !copies.contains(host))
            .sorted(byLag(task))
            .limit(Math.max(0, enough - copies.size()))
            .toList();
    settled &= kept.isEmpty();
    copies.addAll(kept);
    for (Host host : coming) {
      if (copies.contains(host)) {
        continue;
      }
      if (copies.size() < enough) {
        copies.add(host);
      } else {
        settled = false;
        if (warmupsLeft > 0) {
          warmupsLeft--;
          copies.add(host);
        }
      }
    }
    settled &= owner.isClose(task) || copies.isEmpty(); // one of those may be there before it
    SortedSet<ProcessId> ids = new TreeSet<>();
    copies.forEach(host -> ids.add(host.id()));
    standbys.put(task, ids);
  }

  /** Where nobody is close behind, one that lacks less than half as much is there sooner. */
  private Host ownerNow(TaskId task, Host wanted) {
    if (wanted.isClose(task)) {
      return wanted;
    }
    Host ahead = hosts.stream().min(byLag(task)).orElseThrow();
    boolean sooner = ahead.isClose(task) || ahead.lag(task) <= wanted.lag(task) / 2;
    return sooner ? ahead : wanted;
  }
}
