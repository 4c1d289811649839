package io.flowledger.ingest.bulk;

import io.flowledger.http.access.Access;
import io.flowledger.ingest.body.JsonPiece;
import io.flowledger.ingest.bulk.entry.BulkBody;
import io.flowledger.ingest.bulk.entry.BulkEntry;
import io.flowledger.ingest.bulk.entry.BulkEntryReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bulk request under way, or the part of one that this node answers for. Its entries are read in
 * stretches, in the turns that it has on the worker threads. A stretch begins when there is room
 * for its writes; what it makes is appended in the order of the entries, without waiting for what
 * is on its way, unless an entry refers to it.
 */
final class BulkRequest {

  private static final Logger LOG = LoggerFactory.getLogger(BulkRequest.class);
  private static final int STRETCH = 500;

  /** Is told how it ends. */
  interface Ending {
    /** Nothing of it is held any longer. May be called more than once, on any thread. */
    void over();

    /** A fault of ours has broken it. There may have been a part of the answer. */
    void failed(Throwable cause);
  }

  private final BulkRoutes.Parts parts;
  private final Access access;
  private final BulkBody body;
  private final int stretch;
  private final Ending ending;
  private final SerialTasks tasks;
  private final BulkAnswer answer;
  private final BulkOutcomes outcomes;
  private final NamedObjects objects;
  private final RegistrationEntries registrations;
  private final RecordEntries records;
  private final TagAndHeartbeatEntries updates;
  private final List<BulkStep> steps = new ArrayList<>();

  private int next; // entry
  private int underWay; // entries that have begun and have no line
  private int recorded; // metadata and artifacts, those in lists too
  private boolean reading; // a stretch, or waiting to
  private boolean gone; // nobody waits for the answer
  private boolean broken; // by a fault of ours

  /**
   * @param sink takes the answer
   */
  BulkRequest(
      BulkRoutes.Parts parts,
      BulkSender sender,
      BulkBody body,
      BulkAnswer.Sink sink,
      Executor threads,
      Ending ending) {
    this.parts = parts;
    this.access = sender.access();
    this.body = body;
    this.stretch = stretch(parts);
    this.ending = ending;
    this.tasks = new SerialTasks(threads, this::afterTurn, this::broken);
    this.answer = new BulkAnswer(sink, body);
    this.outcomes = new BulkOutcomes(answer, sender.async(), parts.counters());
    this.objects = new NamedObjects(parts.body(), parts.parents());
    BulkContext tools =
        new BulkContext(
            parts.parents(),
            parts.proposals(),
            parts.readModel(),
            parts.stamps(),
            sender.key(),
            sender.origin(),
            sender.trace(),
            objects,
            parts.appender(),
            tasks::run,
            outcomes,
            steps::add);
    this.registrations = new RegistrationEntries(tools);
    this.records = new RecordEntries(tools);
    this.updates = new TagAndHeartbeatEntries(tools, parts.heartbeats(), parts.clock());
  }

  /** How many entries of a whole request make a stretch. */
  static int stretch(BulkRoutes.Parts parts) {
    return Math.min(STRETCH, parts.pending().most());
  }

  void start() {
    tasks.run(() -> {}); // then its first turn comes
  }

  /** Nobody waits for the answer any more. */
  void abandon() {
    tasks.run(() -> gone = true);
  }

  // ---- turns -----------------------------------------------------------------------------------

  private void afterTurn() {
    if (broken) {
      ending.over();
      return;
    }
    int told = outcomes.takeTold();
    if (told > 0) {
      underWay -= told;
      parts.pending().end(told);
    }
    if (next == body.size() && underWay == 0 && !reading) {
      answer.end(body.broken());
    }
    if (!gone) {
      answer.send().ifPresent(sent -> sent.onComplete(end -> tasks.run(() -> sent(end.failed()))));
    }
    if (underWay == 0 && !reading && (gone || answer.isSent())) {
      ending.over();
    }
    if (!reading && !gone && next < body.size() && !answer.isFull()) {
      reading = true;
      int count = count();
      parts.pending().begin(count, () -> tasks.run(() -> read(count)));
    }
  }

  /** How many entries are in the next stretch: those that would be if it had the whole request. */
  private int count() {
    int stretchOfNext = body.index(next) / stretch;
    int end = next + 1;
    while (end < body.size() && body.index(end) / stretch == stretchOfNext) {
      end++;
    }
    return end - next;
  }

  private void sent(boolean failed) {
    answer.sent();
    gone |= failed;
  }

  /** A fault of ours. What is under way has no line, and never will. */
  private void broken(Throwable cause) {
    LOG.error("a bulk request has failed", cause);
    if (!broken) {
      parts.pending().end(underWay);
    }
    broken = true;
    gone = true;
    ending.failed(cause);
  }

  // ---- stretches -------------------------------------------------------------------------------

  private void read(int count) {
    if (gone) {
      parts.pending().end(count);
      reading = false;
      return;
    }
    underWay += count;
    int end = next + count;
    for (; next < end; next++) {
      read(body.index(next), body.entry(next));
    }
    records.endOfStretch();
    List<BulkStep> stretch = List.copyOf(steps);
    steps.clear();
    new BulkNumbers(parts.sequences(), tasks).take(stretch, () -> reading = false);
  }

  private void read(int index, JsonPiece piece) {
    try {
      begin(index, BulkEntryReader.parse(piece, parts.body()), piece);
    } catch (RuntimeException e) { // a fault of ours is that of one entry too
      outcomes.reject(index, e);
      BulkEntryReader.ref(piece)
          .ifPresent(ref -> objects.refs().refuse(ref, BulkOutcomes.dependency(index, e)));
    }
  }

  private void begin(int index, BulkEntry entry, JsonPiece piece) {
    if (body.isFirst(next)) {
      records.endOfGroups(entry);
    }
    requireAccess(entry.place());
    if (entry instanceof BulkEntry.Metadata metadata) {
      count(metadata.entries().size());
      records.metadata(index, metadata, piece);
    } else if (entry instanceof BulkEntry.Artifacts artifacts) {
      count(artifacts.entries().size());
      records.artifacts(index, artifacts, piece);
    } else if (entry instanceof BulkEntry.Task task) {
      records.endOfGroups();
      registrations.task(index, task, piece);
    } else if (entry instanceof BulkEntry.Step step) {
      records.endOfGroups();
      registrations.step(index, step, piece);
    } else if (entry instanceof BulkEntry.Run run) {
      records.endOfGroups();
      registrations.run(index, run, piece);
    } else if (entry instanceof BulkEntry.Flow flow) {
      records.endOfGroups();
      registrations.flow(index, flow, piece);
    } else if (entry instanceof BulkEntry.Tags tags) {
      updates.tags(index, tags, piece);
    } else if (entry instanceof BulkEntry.Beat beat) {
      updates.beat(index, beat);
    }
  }

  /** An entry without a flow refers to another one, which has been asked for its own. */
  private void requireAccess(BulkEntry.Place place) {
    if (place.flowId() != null) {
      access.requireWrite(place.flowId());
    }
  }

  /** What is in lists takes memory as entries do, so it is bounded as they are. */
  private void count(int more) {
    recorded = parts.limits().count(recorded, more);
  }
}
