package io.flowledger.bench.cluster.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.bench.cluster.check.Call.Addition;
import io.flowledger.bench.cluster.check.Call.Appended;
import io.flowledger.bench.cluster.check.Call.Beat;
import io.flowledger.bench.cluster.check.Call.Copy;
import io.flowledger.bench.cluster.check.Call.Creation;
import io.flowledger.bench.cluster.check.Call.Event;
import io.flowledger.bench.cluster.check.Call.Followed;
import io.flowledger.bench.cluster.check.Call.Keyed;
import io.flowledger.bench.cluster.check.Call.Listing;
import io.flowledger.bench.cluster.check.Call.Numbered;
import io.flowledger.bench.cluster.check.Call.Outcome;
import io.flowledger.bench.cluster.check.Call.Sighting;
import io.flowledger.bench.cluster.check.Call.TagChange;
import io.flowledger.bench.cluster.check.Call.TagsSeen;
import io.flowledger.bench.cluster.check.Call.Told;
import io.flowledger.bench.cluster.check.Violation.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Each violation that the checker is for, planted, beside what looks like it and is none. */
class CheckerTest {

  private static List<Kind> kinds(Call... calls) {
    History history = new History();
    Arrays.stream(calls).forEach(history::add);
    return Checker.check(history).stream().map(Violation::kind).toList();
  }

  private static Span at(long invoked, long returned) {
    return new Span(invoked, returned);
  }

  private static Creation created(String marker, long invoked, long returned) {
    return new Creation("F/1", marker, at(invoked, returned), Outcome.WON);
  }

  private static Creation lost(String marker, long invoked, long returned) {
    return new Creation("F/1", marker, at(invoked, returned), Outcome.EXISTS);
  }

  private static Creation unanswered(String marker, long invoked) {
    return new Creation("F/1", marker, Span.open(invoked), Outcome.UNKNOWN);
  }

  private static Sighting found(String marker, long invoked, long returned) {
    return new Sighting("F/1", at(invoked, returned), Optional.of(marker));
  }

  private static Sighting missing(long invoked, long returned) {
    return new Sighting("F/1", at(invoked, returned), Optional.empty());
  }

  // ---- creation of one object ------------------------------------------------------------------

  @Test
  void severalMayHaveCreatedAFlowOrAStepButNoRunOrTask() {
    for (String shared : List.of("/flows/F", "/flows/F/runs/1/steps/s")) {
      assertThat(
              kinds(
                  new Creation(shared, "a", at(1, 2), Outcome.WON),
                  new Creation(shared, "b", at(3, 4), Outcome.WON),
                  new Sighting(shared, at(5, 6), Optional.of("a"))))
          .isEmpty();
    }
    for (String won : List.of("/flows/F/runs/r", "/flows/F/runs/1/steps/s/tasks/t")) {
      assertThat(
              kinds(
                  new Creation(won, "a", at(1, 2), Outcome.WON),
                  new Creation(won, "b", at(3, 4), Outcome.WON),
                  new Sighting(won, at(5, 6), Optional.of("a"))))
          .contains(Kind.TWO_WINNERS);
    }
  }

  @Test
  void aCreationThatIsReadAfterwardsIsRight() {
    assertThat(kinds(missing(0, 1), created("a", 2, 5), lost("b", 3, 6), found("a", 7, 8)))
        .isEmpty();
  }

  @Test
  void aReadBesideTheCreationMaySayEither() {
    assertThat(kinds(created("a", 2, 9), missing(3, 10), found("a", 3, 8), found("a", 11, 12)))
        .isEmpty();
  }

  @Test
  void acknowledgedAndMissingToTheEndIsALostWrite() {
    assertThat(kinds(created("a", 2, 5), missing(6, 7))).containsExactly(Kind.LOST_WRITE);
  }

  @Test
  void acknowledgedAndNeverReadIsNotProved() {
    assertThat(kinds(created("a", 2, 5))).containsExactly(Kind.LOST_WRITE);
  }

  @Test
  void missingInBetweenIsAStaleRead() {
    assertThat(kinds(created("a", 2, 5), missing(6, 7), found("a", 8, 9)))
        .containsExactly(Kind.STALE_READ);
  }

  @Test
  void missingAfterSomebodyHasReadItIsAStaleRead() {
    assertThat(kinds(unanswered("a", 2), found("a", 3, 4), missing(5, 6), found("a", 7, 8)))
        .containsExactly(Kind.STALE_READ);
  }

  @Test
  void missingAfterSomebodyWasToldThatItExistsIsAStaleRead() {
    assertThat(kinds(unanswered("a", 2), lost("b", 3, 4), missing(5, 6), found("a", 7, 8)))
        .containsExactly(Kind.STALE_READ);
  }

  @Test
  void twoAcknowledgedCreationsAreTwoWinners() {
    assertThat(kinds(created("a", 2, 5), created("b", 3, 6), found("a", 7, 8)))
        .containsExactly(Kind.TWO_WINNERS);
  }

  @Test
  void theMarkerOfAnotherThanTheWinnerIsTwoWinners() {
    assertThat(kinds(created("a", 2, 5), unanswered("b", 3), found("b", 7, 8)))
        .containsExactly(Kind.TWO_WINNERS);
  }

  @Test
  void anUnansweredAttemptMayHaveWon() {
    assertThat(kinds(unanswered("a", 2), lost("b", 3, 6), found("a", 7, 8))).isEmpty();
  }

  @Test
  void whoWasToldToHaveLostIsNotRead() {
    assertThat(kinds(unanswered("a", 2), lost("b", 3, 6), found("b", 7, 8)))
        .containsExactly(Kind.NEVER_WRITTEN);
  }

  @Test
  void whatNobodyWroteIsNotRead() {
    assertThat(kinds(created("a", 5, 6), found("a", 1, 2), found("a", 7, 8)))
        .containsOnly(Kind.NEVER_WRITTEN, Kind.TWO_WINNERS);
  }

  // ---- collections -----------------------------------------------------------------------------

  private static Addition added(String element, Span span) {
    return new Addition("task", element, span, false);
  }

  private static Listing listed(long invoked, long returned, Map<String, Integer> elements) {
    return new Listing("task", at(invoked, returned), elements);
  }

  @Test
  void aRepeatedRequestMayBeThereTwice() {
    assertThat(kinds(added("v", Span.open(1)), added("v", at(2, 3)), listed(4, 5, Map.of("v", 2))))
        .isEmpty();
  }

  @Test
  void moreOftenThanSentIsGivenTwice() {
    assertThat(kinds(added("v", at(2, 3)), listed(4, 5, Map.of("v", 2))))
        .containsExactly(Kind.GIVEN_TWICE);
  }

  @Test
  void withAKeyItIsThereOnce() {
    assertThat(
            kinds(
                new Addition("task", "v", Span.open(1), true),
                new Addition("task", "v", at(2, 3), true),
                listed(4, 5, Map.of("v", 2))))
        .containsExactly(Kind.GIVEN_TWICE);
  }

  @Test
  void aListingWithoutAnAcknowledgedElementIsStaleOrHasLostIt() {
    assertThat(kinds(added("v", at(2, 3)), listed(4, 5, Map.of()), listed(6, 7, Map.of("v", 1))))
        .containsExactly(Kind.STALE_READ);
    assertThat(kinds(added("v", at(2, 3)), listed(4, 5, Map.of())))
        .containsExactly(Kind.LOST_WRITE);
    assertThat(kinds(added("v", at(2, 3)))).containsExactly(Kind.LOST_WRITE);
  }

  @Test
  void whatWasListedOnceIsListedAgain() {
    assertThat(
            kinds(added("v", Span.open(1)), listed(2, 3, Map.of("v", 1)), listed(4, 5, Map.of())))
        .containsExactly(Kind.LOST_WRITE);
  }

  @Test
  void aListingHasNothingThatNobodySent() {
    assertThat(kinds(listed(4, 5, Map.of("v", 1)))).containsExactly(Kind.NEVER_WRITTEN);
  }

  // ---- tags ------------------------------------------------------------------------------------

  private static TagChange add(String tag, Span span) {
    return new TagChange("F/1", tag, span, true);
  }

  private static TagChange remove(String tag, Span span) {
    return new TagChange("F/1", tag, span, false);
  }

  private static TagsSeen seen(long invoked, long returned, String... tags) {
    return new TagsSeen("F/1", at(invoked, returned), Set.of(tags));
  }

  @Test
  void tagsComeAndGo() {
    assertThat(
            kinds(
                seen(0, 1),
                add("t", at(2, 5)),
                seen(3, 4, "t"),
                seen(6, 7, "t"),
                remove("t", at(8, 12)),
                seen(9, 10, "t"),
                seen(9, 11),
                seen(13, 14)))
        .isEmpty();
  }

  @Test
  void aTagThatIsMissingIsAStaleReadOrALostWrite() {
    assertThat(kinds(add("t", at(2, 5)), seen(6, 7), seen(8, 9, "t")))
        .containsExactly(Kind.STALE_READ);
    assertThat(kinds(add("t", at(2, 5)), seen(6, 7))).containsExactly(Kind.LOST_WRITE);
  }

  @Test
  void aTagThatWasRemovedIsAStaleRead() {
    assertThat(kinds(add("t", at(2, 5)), remove("t", at(6, 7)), seen(8, 9, "t")))
        .containsExactly(Kind.STALE_READ);
  }

  @Test
  void anUnansweredAdditionMayComeAfterTheRemoval() {
    assertThat(
            kinds(
                add("t", Span.open(1)), add("t", at(2, 5)), remove("t", at(6, 7)), seen(8, 9, "t")))
        .isEmpty();
  }

  @Test
  void aTagThatNobodyAdded() {
    assertThat(kinds(seen(8, 9, "t"))).containsExactly(Kind.NEVER_WRITTEN);
  }

  // ---- keys, numbers, heartbeats, copies -------------------------------------------------------

  @Test
  void oneKeyMakesOneObject() {
    assertThat(kinds(new Keyed("k", at(1, 2), "7"), new Keyed("k", at(3, 4), "7"))).isEmpty();
    assertThat(kinds(new Keyed("k", at(1, 2), "7"), new Keyed("k", at(3, 4), "8")))
        .containsExactly(Kind.GIVEN_TWICE);
  }

  @Test
  void aNumberIsGivenOnce() {
    assertThat(
            kinds(
                new Numbered("runs", at(1, 2), 7, "a"),
                new Numbered("runs", at(1, 2), 7, "a"),
                new Numbered("tasks", at(1, 2), 7, "b")))
        .isEmpty();
    assertThat(
            kinds(new Numbered("runs", at(1, 2), 7, "a"), new Numbered("runs", at(9, 10), 7, "b")))
        .containsExactly(Kind.REUSED_NUMBER);
  }

  @Test
  void heartbeatsDoNotGoBack() {
    assertThat(
            kinds(
                new Beat("F/1", at(1, 2), 100, false),
                new Beat("F/1", at(3, 4), 99, true),
                new Beat("F/1", at(5, 6), 120, true)))
        .isEmpty();
    assertThat(kinds(new Beat("F/1", at(1, 2), 100, false), new Beat("F/1", at(3, 4), 90, true)))
        .containsExactly(Kind.STALE_READ);
  }

  @Test
  void allNodesAnswerTheSameBytes() {
    assertThat(
            kinds(new Copy("/flows", "n1", at(1, 2), "x"), new Copy("/flows", "n2", at(1, 2), "x")))
        .isEmpty();
    assertThat(
            kinds(new Copy("/flows", "n1", at(1, 2), "x"), new Copy("/flows", "n2", at(1, 2), "y")))
        .containsExactly(Kind.DIFFERENT_BYTES);
  }

  // ---- tails -----------------------------------------------------------------------------------

  private static List<Event> events(long... offsets) {
    return LongStream.of(offsets).mapToObj(offset -> new Event(offset, "e" + offset)).toList();
  }

  private static final Told HISTORY = new Told("F", at(100, 101), events(2, 3, 5, 8));

  private static Followed followed(long from, long... offsets) {
    return new Followed("F", "tail", at(0, 99), from, events(offsets));
  }

  @Test
  void aTailTellsTheHistoryFromItsBeginning() {
    assertThat(kinds(HISTORY, followed(1, 2, 3, 5, 8), followed(3, 5, 8), followed(8))).isEmpty();
  }

  @Test
  void aTailThatLeavesOutAnEventHasAGap() {
    assertThat(kinds(HISTORY, followed(1, 2, 5, 8))).containsExactly(Kind.TAIL_GAP);
  }

  @Test
  void aTailThatEndsBeforeTheHistoryHasAGap() {
    assertThat(kinds(HISTORY, followed(1, 2, 3, 5))).containsExactly(Kind.TAIL_GAP);
  }

  @Test
  void aTailThatTellsAnEventAgainRepeats() {
    assertThat(kinds(HISTORY, followed(1, 2, 3, 3, 5, 8))).containsExactly(Kind.TAIL_REPETITION);
    assertThat(kinds(HISTORY, followed(1, 2, 3, 5, 8, 5, 8)))
        .containsOnly(Kind.TAIL_REPETITION)
        .hasSize(2);
  }

  @Test
  void aTailThatTellsEventsOutOfOrderRepeats() {
    assertThat(kinds(HISTORY, followed(1, 3, 2, 5, 8))).containsExactly(Kind.TAIL_REPETITION);
  }

  @Test
  void aTailThatTellsWhatIsNotInTheHistory() {
    assertThat(kinds(HISTORY, followed(1, 2, 3, 4, 5, 8))).containsExactly(Kind.NEVER_WRITTEN);
    assertThat(
            kinds(
                HISTORY, new Followed("F", "tail", at(0, 99), 5, List.of(new Event(8, "another")))))
        .containsExactly(Kind.NEVER_WRITTEN);
  }

  @Test
  void anAcknowledgedWriteThatIsNotInTheHistoryIsLost() {
    assertThat(kinds(HISTORY, new Appended("F", at(1, 2), 5))).isEmpty();
    assertThat(kinds(HISTORY, new Appended("F", at(1, 2), 6))).containsExactly(Kind.LOST_WRITE);
    assertThat(kinds(new Appended("F", at(1, 2), 6))).containsExactly(Kind.LOST_WRITE);
  }
}
