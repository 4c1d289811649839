package io.flowledger.projector.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.projector.fixture.Seed;
import io.flowledger.projector.row.ArtifactScope;
import io.flowledger.projector.row.Cursor;
import io.flowledger.projector.row.Facet;
import io.flowledger.projector.row.IndexedValue;
import io.flowledger.projector.text.Utf8;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The layout of the keys, to the byte, and the order that it gives the rows. */
class KeysTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final long SEED = Seed.of("KeysTest");

  private static void assertKey(byte[] key, char kind, String... hexParts) {
    assertThat(HEX.formatHex(key))
        .isEqualTo(HEX.toHexDigits((byte) kind) + String.join("", hexParts));
  }

  private static final String RUN_7 = "0000000000000007";
  private static final String TASK_8 = "0000000000000008";
  private static final String NOT_TASK_8 = "fffffffffffffff7";
  private static final String NOT_RUN_7 = "fffffffffffffff8";
  private static final String NOT_TS_2 = "fffffffffffffffd";
  private static final String NAME_AB = "616200";
  private static final String NOT_NAME_AB = "9e9dff";

  private static byte[] indexed(Facet facet, String value, long run) {
    return Keys.values(facet).value(Utf8.of(value)).descending(run).bytes();
  }

  private static byte[] tagged(String tag, long run) {
    return indexed(new Facet.Tag(), tag, run);
  }

  @Nested
  class Layout {

    @Test
    void ofObjects() {
      assertKey(Keys.flow("ab"), 'f', NAME_AB);
      assertKey(Keys.run(7), 'r', RUN_7);
      assertKey(Keys.runByName("ab", "c"), 'n', NAME_AB, "6300");
      assertKey(Keys.progress(7), 'p', RUN_7);
      assertKey(Keys.step(7, "ab"), 's', RUN_7, NAME_AB);
      assertKey(Keys.task(8), 't', TASK_8);
      assertKey(Keys.taskByName(7, "ab", "c"), 'u', RUN_7, NAME_AB, "6300");
      assertKey(Keys.taskProgress(7, "ab", 8), 'q', RUN_7, NAME_AB, TASK_8);
      assertKey(Keys.firstArtifacts(8, 1), 'b', TASK_8, "8000000000000001");
      assertKey(Keys.firstArtifacts(8, -1), 'b', TASK_8, "7fffffffffffffff");
      assertKey(Keys.laterArtifact(8, 1, "ab"), 'c', TASK_8, "8000000000000001", NAME_AB);
      assertKey(Keys.keyed("ab", "c"), 'k', NAME_AB, "6300");
      assertKey(Keys.verdict(7), 'x', RUN_7);
      assertKey(Keys.bookkeeping("ab"), '0', NAME_AB);
      assertKey(Keys.runHeartbeat(7), 'r', RUN_7);
      assertKey(Keys.taskHeartbeat(8), 't', TASK_8);
    }

    @Test
    void ofListings() {
      var byName = new Cursor.ByName(2, "ab");
      var byNumber = new Cursor.ByNumber(2, 8);
      assertKey(Keys.flowInList(byName), 'F', NOT_TS_2, NOT_NAME_AB);
      assertKey(Keys.runInList("ab", byNumber), 'R', NAME_AB, NOT_TS_2, NOT_TASK_8);
      assertKey(Keys.stepInList(7, byName), 'S', RUN_7, NOT_TS_2, NOT_NAME_AB);
      assertKey(Keys.taskInList(7, "ab", byNumber), 'T', RUN_7, NAME_AB, NOT_TS_2, NOT_TASK_8);
      assertKey(
          Keys.metadata(7, "ab", 8, byNumber), 'm', RUN_7, NAME_AB, TASK_8, NOT_TS_2, NOT_TASK_8);
      assertKey(Keys.metadataInRun(7, byNumber), 'M', RUN_7, NOT_TS_2, NOT_TASK_8);
    }

    @Test
    void ofArtifactsByAttempt() {
      String attempt = "7ffffffffffffffe";
      String place = attempt + NOT_TS_2 + NOT_TASK_8;
      ArtifactScope step = new ArtifactScope.OfStep(7, "ab");
      assertKey(Keys.artifacts(8, 1, 2), 'a', TASK_8, attempt, NOT_TS_2);
      assertKey(Keys.artifactsInList(new ArtifactScope.OfRun(7), 1, 2, 8), 'A', "72", RUN_7, place);
      assertKey(Keys.artifactsInList(step, 1, 2, 8), 'A', "73", RUN_7, NAME_AB, place);
      assertKey(
          Keys.artifactsOfAttempt(new ArtifactScope.OfTask(8), 1).bytes(), 'a', TASK_8, attempt);
    }

    @Test
    void ofTheSearchIndex() {
      assertKey(indexed(new Facet.Field("ab"), "c", 7), 'i', "6d", NAME_AB, "6300", NOT_RUN_7);
      assertKey(tagged("ab", 7), 'i', "74", NAME_AB, NOT_RUN_7);
      assertKey(tagged("", 7), 'i', "74", "00", NOT_RUN_7);
    }

    @Test
    void ofLongValuesIsTheBeginning() {
      String as = "61".repeat(64);
      assertKey(tagged("a".repeat(64), 7), 'i', "74", as, "00", NOT_RUN_7);
      assertKey(tagged("a".repeat(65), 7), 'i', "74", as, "ff", NOT_RUN_7);
      assertKey(tagged("a".repeat(64) + "\0", 7), 'i', "74", as, "ff", NOT_RUN_7);
    }

    @Test
    void neverCutsAValueInsideACharacter() {
      String as = "61".repeat(62);
      assertKey(tagged("a".repeat(62) + "ü", 7), 'i', "74", as, "c3bc", "00", NOT_RUN_7);
      assertKey(tagged("a".repeat(62) + "üb", 7), 'i', "74", as, "c3bc", "ff", NOT_RUN_7);
      assertKey(tagged("a".repeat(62) + "\u2603", 7), 'i', "74", as, "ff", NOT_RUN_7);
      assertKey(tagged("a".repeat(62) + "\uD83D\uDE00", 7), 'i', "74", as, "ff", NOT_RUN_7);
    }

    @Test
    void cutsValuesAtZeroBytes() {
      assertKey(tagged("ab\0c", 7), 'i', "74", "6162", "ff", NOT_RUN_7);
      assertKey(tagged("\0", 7), 'i', "74", "ff", NOT_RUN_7);
    }

    @Test
    void afterAKeyIsNothingBefore() {
      assertThat(Keys.after(Keys.run(7))).isEqualTo(HEX.parseHex("72" + RUN_7 + "00"));
    }

    @Test
    void ofNamesIsUtf8() {
      assertKey(Keys.flow("ü"), 'f', "c3bc00");
      assertKey(Keys.flowInList(new Cursor.ByName(2, "ü")), 'F', NOT_TS_2, "3c43ff");
      assertKey(Keys.flow(""), 'f', "00");
    }

    @Test
    void ofLongNamesIsWhole() {
      assertKey(Keys.flow("a".repeat(1000)), 'f', "61".repeat(1000), "00");
      assertKey(
          Keys.flowInList(new Cursor.ByName(2, "a".repeat(1000))),
          'F',
          NOT_TS_2,
          "9e".repeat(1000),
          "ff");
    }

    /** Every kind of key is in the table of the class comment, and no other. */
    @Test
    void isDocumented() throws IOException {
      String source =
          Files.readString(Path.of("src/main/java/io/flowledger/projector/layout/Keys.java"));
      String table = source.substring(source.indexOf("view of the events topic"));
      table = table.substring(0, table.indexOf("*/"));

      assertThat(matches(" \\* (\\S) {5}\\S", table))
          .isEqualTo(letters(matches("key\\(RowKind\\.(\\w+)\\)", source)));
    }

    private static TreeSet<String> letters(TreeSet<String> kinds) {
      TreeSet<String> letters = new TreeSet<>();
      kinds.forEach(kind -> letters.add(String.valueOf(RowKind.valueOf(kind).letter())));
      return letters;
    }

    private static TreeSet<String> matches(String pattern, String text) {
      TreeSet<String> found = new TreeSet<>();
      Pattern.compile(pattern).matcher(text).results().map(KeysTest::first).forEach(found::add);
      return found;
    }
  }

  private static String first(MatchResult match) {
    return match.group(1);
  }

  @Nested
  class Reading {

    @Test
    void givesThePartsBack() {
      byte[] key = Keys.artifactsInList(new ArtifactScope.OfStep(7, "stärt"), -3, 2, 8);
      KeyParts parts = new KeyParts(key, 2);

      assertThat(parts.number()).isEqualTo(7);
      assertThat(parts.name()).isEqualTo("stärt");
      assertThat(parts.attempt()).isEqualTo(-3);
      assertThat(parts.descending()).isEqualTo(2);
      assertThat(parts.descending()).isEqualTo(8);
    }

    @Test
    void givesThePlaceInAListingBack() {
      var place = new Cursor.ByNumber(Long.MAX_VALUE, 0);
      byte[] prefix = Keys.runs("F").bytes();

      assertThat(new KeyParts(Keys.runInList("F", place), prefix.length).place()).isEqualTo(place);
    }

    @Test
    void givesIndexedValuesBack() {
      Facet facet = new Facet.Field("größe");
      int prefix = Keys.values(facet).length();
      for (String value : List.of("", "a", "ü\0b", "\0", "\uD83D\uDE00".repeat(17))) {
        byte[] key = indexed(facet, value, 7);
        IndexedValue read = new KeyParts(key, prefix).indexedValue();

        assertThat(value).startsWith(read.text());
        assertThat(read.whole()).isEqualTo(read.text().equals(value));
        assertThat(read.run()).isEqualTo(7);
        assertThat(Keys.indexed(facet, read)).isEqualTo(key);
      }
    }

    @Test
    void givesTheTaskOfMetadataBack() {
      byte[] key = Keys.metadata(7, "stärt", 8, new Cursor.ByNumber(2, 3));
      assertThat(Keys.taskOfMetadata(key)).isEqualTo(8);
    }

    @Test
    void givesEveryAttemptBack() {
      for (int attempt : new int[] {Integer.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE}) {
        byte[] key = Keys.artifactsOfAttempt(new ArtifactScope.OfTask(8), attempt).bytes();
        assertThat(new KeyParts(key, 9).attempt()).isEqualTo(attempt);
      }
    }
  }

  /** Random pairs of places, often equal in part: their keys compare as the places do. */
  @Nested
  class Order {

    private static final int PAIRS = 2000;

    private final Random random = new Random(SEED);

    private <T> void assertOrder(
        Function<Random, T> places, Function<T, byte[]> key, Comparator<T> order) {
      for (int i = 0; i < PAIRS; i++) {
        T one = places.apply(random);
        T other = places.apply(random);
        assertThat(Integer.signum(Arrays.compareUnsigned(key.apply(one), key.apply(other))))
            .as("%s and %s, seed %d", one, other, SEED)
            .isEqualTo(Integer.signum(order.compare(one, other)));
      }
    }

    private static final Comparator<String> BY_CODE_POINT =
        (one, other) -> Arrays.compare(one.codePoints().toArray(), other.codePoints().toArray());

    private static long number(Random random) {
      return switch (random.nextInt(4)) {
        case 0 -> random.nextInt(3);
        case 1 -> random.nextInt(1000);
        case 2 -> 1_700_000_000_000L + random.nextInt(3);
        default -> random.nextLong() & Long.MAX_VALUE;
      };
    }

    private static int attempt(Random random) {
      return random.nextBoolean() ? random.nextInt(5) - 2 : random.nextInt();
    }

    private static String name(Random random) {
      int[] alphabet = {1, 'a', 'b', 0x7f, 0x80, 0xff, 0x7ff, 0x800, 0xe000, 0xffff, 0x1f600};
      StringBuilder name = new StringBuilder();
      for (int length = random.nextInt(5); length > 0; length--) {
        name.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
      }
      return name.toString();
    }

    @Test
    void ofFlowsAndStepsIsNewestFirstThenNameDescending() {
      Comparator<Cursor.ByName> order =
          Comparator.comparing(Cursor.ByName::tsEpoch)
              .thenComparing(Cursor.ByName::name, BY_CODE_POINT)
              .reversed();
      Function<Random, Cursor.ByName> places = r -> new Cursor.ByName(number(r), name(r));

      assertOrder(places, Keys::flowInList, order);
      assertOrder(places, place -> Keys.stepInList(7, place), order);
    }

    @Test
    void ofRunsTasksAndMetadataIsNewestFirstThenNumberDescending() {
      Comparator<Cursor.ByNumber> order =
          Comparator.comparing(Cursor.ByNumber::tsEpoch)
              .thenComparing(Cursor.ByNumber::number)
              .reversed();
      Function<Random, Cursor.ByNumber> places = r -> new Cursor.ByNumber(number(r), number(r));

      assertOrder(places, place -> Keys.runInList("F", place), order);
      assertOrder(places, place -> Keys.taskInList(7, "start", place), order);
      assertOrder(places, place -> Keys.metadata(7, "start", 8, place), order);
      assertOrder(places, place -> Keys.metadataInRun(7, place), order);
    }

    @Test
    void ofArtifactsIsHighestAttemptFirstThenNewestThenTaskDescending() {
      record Place(int attempt, long tsEpoch, long task) {}

      Comparator<Place> order =
          Comparator.comparing(Place::attempt).thenComparing(Place::tsEpoch).reversed();
      Function<Random, Place> places = r -> new Place(attempt(r), number(r), number(r));

      for (ArtifactScope scope :
          List.of(new ArtifactScope.OfRun(7), new ArtifactScope.OfStep(7, "s"))) {
        assertOrder(
            places,
            place -> Keys.artifactsInList(scope, place.attempt(), place.tsEpoch(), place.task()),
            order.thenComparing(Place::task, Comparator.reverseOrder()));
      }
      assertOrder(places, place -> Keys.artifacts(8, place.attempt(), place.tsEpoch()), order);
    }

    @Test
    void ofTheMetadataOfAStepIsByTaskAscending() {
      assertOrder(
          Order::number,
          task -> Keys.metadata(7, "start", task, new Cursor.ByNumber(0, 0)),
          Comparator.<Long>naturalOrder());
    }

    @Test
    void ofTheProgressOfTasksIsByTaskAscending() {
      assertOrder(
          Order::number,
          task -> Keys.taskProgress(7, "start", task),
          Comparator.<Long>naturalOrder());
    }

    @Test
    void ofVerdictsIsThatOfTheLog() {
      assertOrder(Order::number, Keys::verdict, Comparator.<Long>naturalOrder());
    }

    @Test
    void ofTheRunsOfAValueIsHighestFirst() {
      assertOrder(Order::number, run -> tagged("ab", run), Comparator.<Long>reverseOrder());
    }

    @Test
    void keepsListingsOfDifferentParentsApart() {
      for (int i = 0; i < PAIRS; i++) {
        String one = name(random);
        String other = name(random);
        var place = new Cursor.ByNumber(number(random), number(random));
        assertThat(startsWith(Keys.runInList(one, place), Keys.runs(other).bytes()))
            .as("flows %s and %s, seed %d", one, other, SEED)
            .isEqualTo(one.equals(other));
        assertThat(startsWith(Keys.taskInList(7, one, place), Keys.tasks(7, other).bytes()))
            .as("steps %s and %s, seed %d", one, other, SEED)
            .isEqualTo(one.equals(other));
      }
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
      return key.length >= prefix.length
          && Arrays.equals(Arrays.copyOf(key, prefix.length), prefix);
    }
  }
}
