package io.flowledger.deploy.cli.migrate.move;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.migrate.destination.ChunkedImport;
import io.flowledger.deploy.cli.migrate.destination.Importer;
import io.flowledger.deploy.cli.migrate.destination.TargetReads;
import io.flowledger.deploy.cli.migrate.history.EventLines;
import io.flowledger.deploy.cli.migrate.history.Flow;
import io.flowledger.deploy.cli.migrate.history.FollowedHistory;
import io.flowledger.deploy.cli.migrate.history.History;
import io.flowledger.deploy.cli.migrate.history.HistoryVisitor;
import io.flowledger.deploy.cli.migrate.history.Losses;
import io.flowledger.deploy.cli.migrate.history.Run;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Moves a history: looks whether it fits, copies it run after run, then what has been written
 * meanwhile, and while it is followed, what is written from then on.
 */
public final class Migration {

  private static final int PAGE = 500;
  private static final int PAUSES_PER_PASS = 4;

  private final History history;
  private final Session session;
  private final Losses losses;
  private final StateFile file;
  private final Importer importer;
  private final TargetReads target;
  private final EventLines events;
  private final Clock clock;
  private final int mostLines;
  private final Tally tally = new Tally();
  private Map<String, Long> greatestSeen = Map.of();
  private long imported;
  private long present;

  /**
   * @param state file that says how far it is
   * @param losses of the history, too
   * @param mostLines that are imported together
   * @param writtenBy program and version
   */
  public Migration(
      History history,
      Session session,
      Losses losses,
      Path state,
      int mostLines,
      String writtenBy) {
    this.mostLines = mostLines;
    this.history = history;
    this.session = session;
    this.losses = losses;
    this.file = new StateFile(state);
    this.importer = new Importer(session, losses);
    this.target = new TargetReads(session.client());
    this.events = new EventLines(writtenBy);
    this.clock = session.surroundings().clock();
  }

  /** Moves all that is there. What cannot say what is new is looked through again. */
  public void copy() {
    importer.awaitIdle();
    Optional<State> kept = file.read(history.name());
    kept.ifPresent(this::checkTarget);
    boolean follows = history instanceof FollowedHistory;
    State state = kept.filter(found -> follows || !found.copied()).orElseGet(this::begin);
    if (!state.copied()) {
      copyRuns(state);
    } else {
      session.err().println("flowledger: going on with the migration of " + file);
    }
  }

  private State begin() {
    State state = State.begin(history.name(), moment());
    ProgressLine progress = new ProgressLine(session, "objects looked at", 0);
    Losses.Mark mark = losses.mark();
    greatestSeen = new Preflight(history, importer, target, events, progress).run();
    session.err().println("flowledger: " + progress.end() + ": nothing collides");
    losses.backTo(mark);
    file.write(state);
    return state;
  }

  private String moment() {
    return history instanceof FollowedHistory followed ? followed.moment() : "";
  }

  /** Who gives the state of one installation to another would leave out all that is in it. */
  private void checkTarget(State state) {
    boolean there =
        state
            .reached()
            .map(reached -> target.run(reached.flow(), reached.run()).isPresent())
            .orElse(true);
    if (!there) {
      throw CommandFailure.failed(
          "%s says what is moved already, but the server does not have it: is it another one? Give"
                  .formatted(file)
              + " another --state, or remove that file to begin again");
    }
  }

  // ---- copying ---------------------------------------------------------------------------------

  private void copyRuns(State begin) {
    ProgressLine progress = new ProgressLine(session, "rows moved", history.rows());
    State[] state = {begin};
    try (ChunkedImport lines =
        new ChunkedImport(
            importer,
            mostLines,
            reserved(),
            (chunk, outcome, mark) -> {
              count(outcome);
              progress.add(chunk.rows());
              mark.ifPresent(
                  reached -> {
                    state[0] = state[0].at((State.Reached) reached);
                    file.write(state[0]);
                  });
            })) {
      LineWriter all = new LineWriter(events, lines::add, tally);
      for (Flow flow : history.flows()) {
        Optional<State.Reached> reached = begin.reached();
        int order = reached.map(done -> flow.flowId().compareTo(done.flow())).orElse(1);
        if (order >= 0) {
          copyFlow(flow, order == 0 ? reached.get().run() : Long.MIN_VALUE, all, lines);
        }
      }
      lines.finish();
    }
    if (history instanceof FollowedHistory followed) {
      followed.findOrphans();
    }
    file.write(state[0].upTo(begin.moment()));
    session.err().println("flowledger: " + progress.end());
  }

  /** So that nobody is given a number here of what is to come. */
  private Map<String, Long> reserved() {
    if (!(history instanceof FollowedHistory followed)) {
      return greatestSeen; // those of metadata it does not tell
    }
    long[] greatest = followed.greatest();
    Map<String, Long> reserved = new LinkedHashMap<>();
    String[] names = {"runs", "tasks", "metadata"};
    for (int i = 0; i < names.length; i++) {
      if (greatest[i] > 0) {
        reserved.put(names[i], greatest[i]);
      }
    }
    return reserved;
  }

  private void copyFlow(Flow flow, long after, LineWriter all, ChunkedImport lines) {
    HistoryVisitor missing = missing(all);
    Set<String> there =
        target.flow(flow.flowId()).isPresent() ? target.runs(flow.flowId()) : Set.of();
    missing.flow(flow);
    long last = after;
    List<Run> runs;
    do {
      runs = history.runs(flow.flowId(), last, PAGE);
      for (Run run : runs) {
        HistoryVisitor writer = there.contains(run.shownId()) ? missing : all;
        writer.run(run);
        history.contents(run, writer);
        last = run.number();
        lines.mark(new State.Reached(flow.flowId(), last));
      }
    } while (runs.size() == PAGE);
  }

  private HistoryVisitor missing(LineWriter writer) {
    return new MissingWriter(target, writer, clock, history.keepsTimes());
  }

  private void count(Importer.Outcome outcome) {
    imported += outcome.imported();
    present += outcome.present();
  }

  // ---- what comes ------------------------------------------------------------------------------

  /** Moves what has been written since. */
  public void catchUp() {
    if (history instanceof FollowedHistory followed) {
      thorough(followed);
    }
  }

  /**
   * Goes on with what is written from now on, until somebody asks for the cut-over, or nothing has
   * been written for a while.
   *
   * @param every how long to wait in between, at least
   * @param idle how long; empty for ever
   */
  public void follow(CutOver cutOver, Duration every, Optional<Duration> idle) {
    FollowedHistory followed = (FollowedHistory) history;
    cutOver.begin();
    session
        .err()
        .println(
            "flowledger: following what is written; when nothing writes to the other store any"
                + " more, press Ctrl-C: what is left is moved, then this ends");
    String moment = state().moment();
    long lastNews = System.nanoTime();
    while (!cutOver.isAsked()) {
      long began = System.nanoTime();
      Pass pass = pass(followed, moment, false);
      moment = pass.moment();
      long now = System.nanoTime();
      lastNews = pass.news() > 0 ? now : lastNews;
      if (idle.isPresent() && now - lastNews > idle.get().toNanos()) {
        break;
      }
      Duration took = Duration.ofNanos(now - began).multipliedBy(PAUSES_PER_PASS);
      cutOver.await(took.compareTo(every) > 0 ? took : every);
    }
    session.err().println("flowledger: moving what is left");
    thorough(followed);
  }

  private State state() {
    return file.read(history.name()).orElseThrow(() -> CommandFailure.failed(file + " is gone"));
  }

  /** Leaves nothing out; only from there on nothing before has to be looked for. */
  private void thorough(FollowedHistory followed) {
    State state = state();
    file.write(state.upTo(pass(followed, state.moment(), true).moment()));
  }

  /**
   * What one has brought.
   *
   * @param news how many lines were new
   */
  private record Pass(String moment, long news) {}

  private Pass pass(FollowedHistory followed, String since, boolean thorough) {
    long[] news = {0};
    try (ChunkedImport lines =
        new ChunkedImport(
            importer,
            mostLines,
            Map.of(),
            (chunk, outcome, mark) -> {
              count(outcome);
              news[0] += outcome.imported() + outcome.heartbeats();
            })) {
      LineWriter writer = new LineWriter(events, lines::add, tally);
      String moment = followed.changes(since, thorough, missing(writer));
      lines.finish();
      return new Pass(moment, news[0]);
    }
  }

  // ---- the end ---------------------------------------------------------------------------------

  /** Says what has been moved; returns whether all has. */
  public boolean tell() {
    Summary.tell(session, tally, imported, present, losses);
    return losses.refused() == 0;
  }
}
