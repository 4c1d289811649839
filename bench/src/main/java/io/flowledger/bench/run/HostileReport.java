package io.flowledger.bench.run;

import io.flowledger.bench.hostile.HonestClients;
import io.flowledger.bench.hostile.HonestClients.Operation;
import io.flowledger.bench.hostile.Tally;
import io.flowledger.bench.process.ServerProcess;
import io.flowledger.bench.process.ServerWatch;
import io.flowledger.bench.report.Bench;
import io.flowledger.bench.report.Table;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** What came of clients that do harm, and whether that is as it should be. */
final class HostileReport {

  private static final double MILLIS = 1_000_000;
  private static final double MB = 1 << 20;
  private static final double MOST_RESIDENT_MB = 700;
  private static final double MOST_READ_MS = 500;
  private static final double MOST_WRITE_MS = 5_000;
  private static final Pattern GOOD = Pattern.compile("2..|4..|503|cut|left|unanswered");
  private static final Pattern FATAL = Pattern.compile("OutOfMemoryError|StackOverflowError");
  private static final Pattern ERROR = Pattern.compile("\\bERROR\\b");

  /** Kafka's controller complains of a machine that is slow. */
  private static final Pattern SLOW = Pattern.compile("ERROR o\\.a\\.k\\.c\\.");

  private final Bench bench;
  private final HostileBench.Load load;
  private final Table verdicts = new Table("Verdicts", "what", "measured", "right");

  HostileReport(Bench bench, HostileBench.Load load) {
    this.bench = bench;
    this.load = load;
  }

  void hostile(List<Tally> tallies) {
    Table table =
        new Table(
            "Hostile clients", "kind", "clients", "requests", "MB sent", "MB read", "answers");
    for (Tally tally : tallies) {
      table.row(
          tally.kind(),
          tally.clients(),
          Table.count(tally.requests()),
          Table.count(tally.sentBytes() / MB),
          Table.count(tally.receivedBytes() / MB),
          tally.answers().entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(answer -> answer.getKey() + ": " + Table.count(answer.getValue()))
              .collect(Collectors.joining(", ")));
    }
    bench.print(
        table
            .note("cut: the server has closed the connection; left: the client has")
            .note("seed " + load.seed() + ", " + load.time().toSeconds() + " s, all at once"));
  }

  /** Of one time. */
  void honest(String when, HonestClients clients) {
    Table table =
        new Table(
            "Honest clients, " + when,
            "operation",
            "answer",
            "count",
            "p50 ms",
            "p99 ms",
            "max ms");
    clients
        .latencies()
        .forEach(
            (operation, outcomes) ->
                outcomes.forEach(
                    (outcome, latency) ->
                        table.row(
                            operation.label(),
                            outcome,
                            Table.count(latency.getTotalCount()),
                            millis(latency, 50),
                            millis(latency, 99),
                            millis(latency, 100))));
    Histogram late = clients.late();
    bench.print(
        table.note(
            "of that, the clients' own lateness: p50 %s, p99 %s, max %s ms"
                .formatted(millis(late, 50), millis(late, 99), millis(late, 100))));
  }

  void server(
      ServerWatch watch,
      double cores,
      Optional<ServerWatch.Collections> collections,
      String metrics) {
    Table table =
        new Table("Server", "what", "value")
            .row("RSS MB, at most", Table.count(watch.mostResidentMb()))
            .row("cores", Table.decimal(cores, 2));
    collections.ifPresent(
        gc ->
            table
                .row("heap MB before a collection, at most", gc.mostBefore())
                .row("heap MB after a collection, at most", gc.mostAfter())
                .row("collections", Table.count(gc.micros().getTotalCount()))
                .row("pause p50 ms", Table.decimal(gc.micros().getValueAtPercentile(50) / 1e3, 1))
                .row("pause p99 ms", Table.decimal(gc.micros().getValueAtPercentile(99) / 1e3, 1))
                .row("pause max ms", Table.decimal(gc.micros().getMaxValue() / 1e3, 1)));
    bench.print(
        table
            .row("requests refused for memory", metric(metrics, "requests_memory_refused_total"))
            .row("tails cut off", metric(metrics, "tails_cut_total"))
            .row(
                "reads that nobody waited for",
                metric(metrics, "reads_ended_total{reason=\"gone\"}"))
            .row("reads at their deadline", metric(metrics, "reads_ended_total{reason=\"late\"}")));
  }

  private static String metric(String metrics, String name) {
    Matcher line =
        Pattern.compile("(?m)^flowledger_" + Pattern.quote(name) + " ([0-9.E]+)$").matcher(metrics);
    return line.find() ? Table.count(Double.parseDouble(line.group(1))) : "?";
  }

  void verdicts(
      List<Tally> tallies,
      HonestClients beside,
      HonestClients after,
      ServerWatch watch,
      Optional<ServerProcess> server,
      boolean alive) {
    verdict("the server has not ended", alive ? "it is there" : "IT IS GONE", alive);
    server.ifPresent(this::printed);
    verdict(
        "RSS under 700 MB",
        Table.count(watch.mostResidentMb()) + " MB",
        watch.mostResidentMb() < MOST_RESIDENT_MB);
    long odd =
        tallies.stream()
            .flatMap(tally -> tally.answers().entrySet().stream())
            .filter(answer -> !GOOD.matcher(answer.getKey()).matches())
            .mapToLong(Map.Entry::getValue)
            .sum();
    List<String> none =
        tallies.stream().filter(tally -> tally.requests() == 0).map(Tally::kind).toList();
    verdict("all kinds have been there", none.isEmpty() ? "all" : "not " + none, none.isEmpty());
    verdict("hostile clients are answered 2xx, 4xx or 503", odd + " otherwise", odd == 0);
    Histogram reads = all(beside, operation -> operation.isPointRead(), outcome -> true);
    double p99 = reads.getValueAtPercentile(99) / MILLIS;
    timing("point reads: p99 under 500 ms", Table.decimal(p99, 1) + " ms", p99 < MOST_READ_MS);
    long unread =
        all(beside, Operation::isPointRead, outcome -> !outcome.matches("200|503")).getTotalCount();
    verdict("point reads find what is there, or are 503", unread + " otherwise", unread == 0);
    long refusedReads =
        all(beside, Operation::isPointRead, outcome -> outcome.equals("503")).getTotalCount();
    timing(
        "point reads: fewer than 1 in 100 are 503",
        refusedReads + " of " + reads.getTotalCount(),
        refusedReads * 100 <= reads.getTotalCount());
    Histogram writes = all(beside, Operation::isWrite, outcome -> true);
    double slowest = writes.getMaxValue() / MILLIS;
    timing(
        "writes are answered within 5 s",
        "the slowest in " + Table.count(slowest) + " ms",
        slowest < MOST_WRITE_MS);
    String answered = load.timed() ? "200|503" : "200|503|none yet";
    long lost =
        all(beside, Operation::isWrite, outcome -> !outcome.matches(answered)).getTotalCount();
    verdict("writes are answered 200 or 503", lost + " otherwise", lost == 0);
    long afterwards = all(after, any -> true, outcome -> !outcome.equals("200")).getTotalCount();
    verdict("afterwards all is answered 200", afterwards + " otherwise", afterwards == 0);
    bench.print(verdicts);
  }

  private void printed(ServerProcess server) {
    List<String> fatal =
        server.printed().stream().filter(line -> FATAL.matcher(line).find()).toList();
    fatal.stream().limit(5).forEach(bench::progress);
    verdict("no OutOfMemoryError", fatal.size() + " lines of its log", fatal.isEmpty());
    List<String> errors =
        server.printed().stream()
            .filter(line -> ERROR.matcher(line).find() && !SLOW.matcher(line).find())
            .toList();
    errors.stream().limit(5).forEach(bench::progress);
    verdict("no error in its log", errors.size() + " lines", errors.isEmpty());
  }

  /** A verdict that only a quiet machine can bear. */
  private void timing(String what, String measured, boolean right) {
    if (load.timed()) {
      verdict(what, measured, right);
    }
  }

  private void verdict(String what, String measured, boolean right) {
    verdicts.row(what, measured, right ? "yes" : "NO");
    if (!right) {
      bench.failed(what + ": " + measured);
    }
  }

  private static Histogram all(
      HonestClients clients,
      java.util.function.Predicate<Operation> operations,
      java.util.function.Predicate<String> outcomes) {
    Histogram all = new Histogram(3);
    clients
        .latencies()
        .forEach(
            (operation, byOutcome) ->
                byOutcome.forEach(
                    (outcome, latency) -> {
                      if (operations.test(operation) && outcomes.test(outcome)) {
                        all.add(latency);
                      }
                    }));
    return all;
  }

  private static String millis(Histogram histogram, double percentile) {
    return Table.decimal(histogram.getValueAtPercentile(percentile) / MILLIS, 1);
  }
}
