package io.flowledger.query.metaflow;

import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.ArtifactRow;
import io.flowledger.projector.row.ArtifactScope;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.text.Names;
import io.flowledger.query.answer.Listing;
import io.flowledger.query.answer.MergedSource;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/** The listings of artifacts of a run, step or task. */
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

  /** Of each task the artifacts of its highest attempt, the newest first. */
  static Listing.Source<ArtifactRow, Cursor.ByArtifact> newest(View view, ArtifactScope scope) {
    List<Integer> attempts = view.attempts(scope);
    var merged =
        new MergedSource<>(
            attempts.stream().map(attempt -> ofAttempt(view, scope, attempt)).toList(),
            NEWEST_FIRST,
            ArtifactListings::place);
    boolean several = attempts.size() > 1;
    return (after, visitor) ->
        merged.scan(
            after,
            row ->
                (several && view.hasLaterAttempt(row.taskId(), row.attempt()))
                    || visitor.visit(row));
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
