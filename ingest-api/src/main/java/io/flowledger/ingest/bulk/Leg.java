package io.flowledger.ingest.bulk;

import io.flowledger.http.forward.BackOff;
import io.flowledger.http.forward.PartCalls;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Owner;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One try to have some entries of a bulk request carried out by the node that answers for them. If
 * the request has a key, whatever did not come to its end may be tried once more, and says what it
 * said before where it had.
 */
final class Leg implements PartCalls.Listener {

  private static final Pattern LINE =
      Pattern.compile("\\{\"index\": (\\d{1,9}), \"result\": \"rejected\", \"status\": (\\d+),.*");
  private static final String INDEX = "{\"index\": ";
  private static final int UNAVAILABLE = 503;
  private static final int DEPENDENCY = 424;
  private static final long SILENT_NANOS = 1_000_000_000;

  /** Who loses a partition knows it first; nodes ask each other several times in that time. */
  private static final long HEARD_OF_NANOS = 1_500_000_000;

  /**
   * What some entries still have of a bounded patience.
   *
   * @param until when they wait for a node that answers for them, by the clock of the request
   * @param tries that have begun
   * @param refusals of nodes that had not begun
   */
  record Patience(long until, int tries, int refusals) {

    private static final int MOST_TRIES = 5;

    Patience refused() {
      return new Patience(until, tries, refusals + 1);
    }

    /** For how long to wait before the next try. */
    long pauseMillis() {
      return BackOff.millis(refusals);
    }

    boolean isOver(long now) {
      return now - until >= 0 || tries >= MOST_TRIES;
    }
  }

  /** The request that it is of. */
  interface Whole {
    long nanoTime();

    /** For how long entries wait from now on. */
    long patienceFromNow();

    /** Whether what has been carried out is not carried out again. */
    boolean hasKey();

    /** Whether the owner of an entry is another one than that. */
    boolean hasMoved(int index, Owner from);

    /** Whether the owner of an entry is that one no longer, whoever it is now. */
    boolean hasLeft(int index, Owner from);

    /** Whether a node lives, so that it answers what it was sent. */
    boolean speaks(Owner.Remote node);

    boolean isTold(int index);

    /** Tells the line of an entry, unless it is told already. */
    void tell(int index, String line);

    /** More lines have been told, or the leg has come to its end. */
    void goOn(Leg leg);

    /** These entries are to be tried once more. */
    void again(Leg leg, Patience patience, String why);

    /** None of these entries is carried out. */
    void refused(Leg leg, RefusedException why);

    /** Nothing more will be known of the entries that have no lines. */
    void unknown(Leg leg);
  }

  private final Whole whole;
  private final int[] entries;
  private final Owner owner;
  private final Patience patience;
  private final Map<Integer, String> held = new TreeMap<>(); // lines that may become better ones
  private String rest = ""; // of a line
  private PartCalls.@Nullable Call call;
  private int told; // entries before it have their lines
  private long heardAt;
  private boolean heard;
  private boolean paused;
  private boolean unavailable; // something that others may refer to
  private boolean complete; // all lines have come
  private boolean over;

  Leg(Whole whole, int[] entries, Owner owner, Patience patience) {
    this.whole = whole;
    this.entries = entries;
    this.owner = owner;
    this.patience = patience;
    this.heardAt = whole.nanoTime();
  }

  int[] entries() {
    return entries;
  }

  boolean isOver() {
    return over;
  }

  /** Says how it is tried. */
  void goesBy(PartCalls.Call way) {
    call = way;
    if (over) {
      way.abandon();
    }
  }

  /** Whether the next line of the request is to come from here. */
  boolean hasNext(int index) {
    while (told < entries.length && whole.isTold(entries[told])) {
      told++;
    }
    return told < entries.length && entries[told] == index;
  }

  // ---- the answer ------------------------------------------------------------------------------

  @Override
  public void received(Buffer piece) {
    if (over) {
      return;
    }
    heardAt = whole.nanoTime();
    heard = true;
    String text = rest + piece.toString(StandardCharsets.ISO_8859_1);
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      line(text.substring(start, end + 1));
      start = end + 1;
    }
    rest = text.substring(start);
    whole.goOn(this);
  }

  private void line(String line) {
    int index = Integer.parseInt(line, INDEX.length(), line.indexOf(','), 10);
    if (whole.hasKey() && mayBecomeBetter(line) && !whole.isTold(index)) {
      held.put(index, line);
    } else {
      whole.tell(index, line);
    }
  }

  /** Whether it is rejected since its view cannot be read there, or with what it refers to. */
  private boolean mayBecomeBetter(String line) {
    Matcher rejected = LINE.matcher(line.stripTrailing());
    if (!rejected.matches()) {
      return false;
    }
    int status = Integer.parseInt(rejected.group(2));
    unavailable |= status == UNAVAILABLE; // though it may have been told by an earlier try
    return status == UNAVAILABLE || (status == DEPENDENCY && unavailable);
  }

  @Override
  public void ended() {
    complete = true;
    decide();
  }

  /**
   * Whether what is held is tried once more: where its view has left the node. That may not have
   * been heard of here.
   */
  private void decide() {
    if (over) {
      return;
    }
    boolean left = held.keySet().stream().anyMatch(index -> whole.hasLeft(index, owner));
    if (left && !next().isOver(whole.nanoTime())) {
      over = true;
      whole.again(this, next(), "its view has moved");
    } else if (left || held.isEmpty() || isKnown()) {
      over = true;
      held.forEach(whole::tell);
      whole.unknown(this); // there should be none
    }
  }

  private boolean isKnown() {
    return owner instanceof Owner.Local || whole.nanoTime() - heardAt > HEARD_OF_NANOS;
  }

  /** What the entries have, once this has been a try of them. */
  private Patience next() {
    return new Patience(
        heard ? whole.patienceFromNow() : patience.until(), patience.tries() + 1, 0);
  }

  @Override
  public void notTaken(String why) {
    if (!over) {
      over = true;
      whole.again(this, patience.refused(), why);
    }
  }

  @Override
  public void refused(RefusedException why) {
    if (!over) {
      over = true;
      whole.refused(this, why);
    }
  }

  @Override
  public void lost(String why) {
    if (over) {
      return;
    }
    over = true;
    if (whole.hasKey() && !next().isOver(whole.nanoTime())) {
      whole.again(this, next(), why);
    } else {
      held.forEach(whole::tell);
      whole.unknown(this);
    }
  }

  // ---- the call --------------------------------------------------------------------------------

  /** Lets the answer come, or not, since there is so much of it that has to wait for others. */
  void flow(boolean may) {
    if (call == null || over || paused == !may) {
      return;
    }
    paused = !may;
    if (may) {
      heardAt = whole.nanoTime();
      call.resume();
    } else {
      call.pause();
    }
  }

  /**
   * A node that is stopped does not say that it will never answer. Where nothing is tried once
   * more, one that lives is waited for: it may have carried it out.
   */
  void look(long mostSilentNanos) {
    if (complete) {
      decide();
      return;
    }
    if (over || paused || !(owner instanceof Owner.Remote node)) {
      return;
    }
    long silent = whole.nanoTime() - heardAt;
    boolean gone = silent > SILENT_NANOS && hasMoved() && (whole.hasKey() || !whole.speaks(node));
    if (silent > mostSilentNanos || gone) {
      abandonCall();
      lost("the node is silent");
    }
  }

  private boolean hasMoved() {
    for (int index : entries) {
      if (!whole.isTold(index) && whole.hasMoved(index, owner)) {
        return true;
      }
    }
    return false;
  }

  void abandon() {
    over = true;
    abandonCall();
  }

  private void abandonCall() {
    if (call != null) {
      call.abandon();
    }
  }
}
