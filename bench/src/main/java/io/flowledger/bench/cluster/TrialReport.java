package io.flowledger.bench.cluster;

import io.flowledger.bench.cluster.check.Violation;
import io.flowledger.bench.cluster.client.Tally;
import io.flowledger.bench.cluster.fault.Episode;
import io.flowledger.bench.cluster.fault.Kind;
import io.flowledger.bench.cluster.load.Load;
import io.flowledger.bench.cluster.load.Outages.Outage;
import io.flowledger.bench.report.Table;
import java.util.List;
import java.util.Map;

/** A row for every kind of fault: what it did to those who were served meanwhile. */
final class TrialReport {

  private final ClusterTrial.Settings settings;
  private final List<Episode> episodes;
  private final Map<Kind, String> leftOut;
  private final Load load;
  private final List<Violation> violations;
  private final long begin;
  private final long end;

  /**
   * @param begin of the trial, and its end, by the clock of the calls
   */
  TrialReport(
      ClusterTrial.Settings settings,
      List<Episode> episodes,
      Map<Kind, String> leftOut,
      Load load,
      List<Violation> violations,
      long begin,
      long end) {
    this.settings = settings;
    this.episodes = episodes;
    this.leftOut = leftOut;
    this.load = load;
    this.violations = violations;
    this.begin = begin;
    this.end = end;
  }

  Table table(int calls) {
    Table table =
        new Table(
            "Faults under load, seed " + settings.seed(),
            "fault",
            "times",
            "longest outage s",
            "of",
            "requests",
            "retries",
            "failed",
            "violations");
    for (Kind kind : settings.faults()) {
      List<Episode> of = episodes.stream().filter(episode -> episode.kind() == kind).toList();
      if (!of.isEmpty()) {
        row(table, kind.option(), of);
      }
    }
    Tally.Counts all = load.tally().between(begin, Long.MAX_VALUE);
    Outage longest = longest(List.of(new Episode(Kind.ROLLING, "", begin, end)));
    table.row(
        "all",
        episodes.size(),
        Table.decimal(longest.nanos() / 1e9, 1),
        longest.who(),
        Table.count(all.requests()),
        Table.count(all.retries()),
        Table.count(load.tally().failures().size()),
        Table.count(violations.size()));
    leftOut.forEach(
        (kind, why) -> table.note("LEFT OUT: %s, which %s".formatted(kind.option(), why)));
    return table
        .note(
            "%d brokers, %d nodes, %d partitions; %s minutes; %s probes beside the requests"
                .formatted(
                    settings.size().brokers(),
                    settings.size().nodes(),
                    settings.size().partitions(),
                    Table.decimal((end - begin) / 60e9, 1),
                    Table.count(load.probesSent())))
        .note(
            "outage: the longest time without an answer of a partition at a node that should"
                + " answer, or at all nodes")
        .note("failed: requests of clients that repeat as Metaflow's does, for good")
        .note("%s calls checked".formatted(Table.count(calls)));
  }

  private void row(Table table, String name, List<Episode> of) {
    Outage longest = longest(of);
    long requests = 0;
    long retries = 0;
    long failures = 0;
    for (Episode episode : of) {
      Tally.Counts counts = load.tally().between(episode.from(), episode.to());
      requests += counts.requests();
      retries += counts.retries();
      failures += counts.failures();
    }
    long wrong =
        violations.stream()
            .filter(violation -> of.stream().anyMatch(fault -> fault.contains(violation.at())))
            .count();
    table.row(
        name,
        of.size(),
        Table.decimal(longest.nanos() / 1e9, 1),
        longest.who(),
        Table.count(requests),
        Table.count(retries),
        Table.count(failures),
        Table.count(wrong));
  }

  private Outage longest(List<Episode> of) {
    Outage longest = new Outage(0, "-");
    for (Episode episode : of) {
      Outage outage =
          load.outages().longest(settings.size().partitions(), episode.from(), episode.to());
      longest = outage.nanos() > longest.nanos() ? outage : longest;
    }
    return longest;
  }
}
