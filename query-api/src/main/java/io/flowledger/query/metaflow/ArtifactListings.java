package io.flowledger.query.metaflow;

import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.ArtifactRow;
import io.flowledger.projector.row.ArtifactScope;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.text.Names;
import io.flowledger.query.answer.Listing;
import io.flowledger.query.answer.MergedSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The listings of artifacts of a run, step or task. Which attempts they show differs. */
final class ArtifactListings {

  /** The artifact that every attempt of a Metaflow task has. */
  private static final String OF_EVERY_ATTEMPT = "name";

  private static final Comparator<ArtifactRow> NEWEST_FIRST =
      Comparator.comparingLong(ArtifactRow::tsEpoch)
          .thenComparingLong(ArtifactRow::taskId)
          .thenComparing(ArtifactRow::name, Names.BY_CODE_POINT)
          .reversed();

  private ArtifactListings() {}

  static Cursor.ByArtifact place(ArtifactRow row) {
    return new Cursor.ByArtifact(row.tsEpoch(), row.taskId(), row.name());
  }

  static Cursor.ByAttempt placeByAttempt(ArtifactRow row) {
    return new Cursor.ByAttempt(row.attempt(), place(row));
  }

  /** Of one attempt. */
  static Listing.Source<ArtifactRow, Cursor.ByArtifact> ofAttempt(
      View view, ArtifactScope scope, int attempt) {
    return (after, visitor) -> view.artifacts(scope, attempt, after, visitor);
  }

  /** Of each task the artifacts of its highest attempt, the highest attempts first. */
  static Listing.Source<ArtifactRow, Cursor.ByAttempt> ofLatestAttempts(
      View view, ArtifactScope scope) {
    return (after, visitor) -> {
      int from = after.map(Cursor.ByAttempt::attempt).orElse(Integer.MAX_VALUE);
      List<Integer> attempts = view.attempts(scope);
      boolean[] goOn = {true};
      for (int i = 0; i < attempts.size() && goOn[0]; i++) {
        int attempt = attempts.get(i);
        boolean highest = i == 0;
        if (attempt <= from) {
          ofAttempt(view, scope, attempt)
              .scan(
                  after.filter(place -> place.attempt() == attempt).map(Cursor.ByAttempt::within),
                  row -> {
                    if (highest || !view.hasLaterAttempt(row.taskId(), attempt)) {
                      goOn[0] = visitor.visit(row);
                    }
                    return goOn[0];
                  });
        }
      }
    };
  }

  /** Of each task and name the newest artifact, whichever attempt made it. */
  static Listing.Source<ArtifactRow, Cursor.ByArtifact> newest(View view, ArtifactScope scope) {
    List<Integer> attempts = view.attempts(scope);
    var merged =
        new MergedSource<>(
            attempts.stream().map(attempt -> ofAttempt(view, scope, attempt)).toList(),
            NEWEST_FIRST,
            ArtifactListings::place);
    return (after, visitor) -> {
      OtherAttempts others = new OtherAttempts(view, attempts);
      merged.scan(after, row -> !others.isNewest(row) || visitor.visit(row));
    };
  }

  /** What the attempts of the task that a listing is at have recorded. */
  private static final class OtherAttempts {
    private final View view;
    private final List<Integer> attempts;
    private final Map<Integer, View.AttemptArtifacts> ofTask = new HashMap<>();
    private long task;

    OtherAttempts(View view, List<Integer> attempts) {
      this.view = view;
      this.attempts = attempts;
    }

    boolean isNewest(ArtifactRow row) {
      if (row.taskId() != task) {
        task = row.taskId();
        ofTask.clear();
      }
      return attempts.stream()
          .filter(attempt -> attempt != row.attempt())
          .noneMatch(
              attempt -> of(attempt).find(row.name()).filter(o -> isNewer(o, row)).isPresent());
    }

    private View.AttemptArtifacts of(int attempt) {
      return ofTask.computeIfAbsent(attempt, unread -> view.artifacts(task, unread));
    }
  }

  private static boolean isNewer(ArtifactRow a, ArtifactRow b) {
    return a.tsEpoch() > b.tsEpoch() || (a.tsEpoch() == b.tsEpoch() && a.attempt() > b.attempt());
  }

  /** The latest attempt of a task, told by the artifact that every attempt has; else the first. */
  static int latestAttempt(View view, long task) {
    OptionalInt latest =
        view.attempts(new ArtifactScope.OfTask(task)).stream()
            .mapToInt(Integer::intValue)
            .filter(attempt -> view.artifacts(task, attempt).find(OF_EVERY_ATTEMPT).isPresent())
            .findFirst();
    return latest.orElse(0);
  }
}
