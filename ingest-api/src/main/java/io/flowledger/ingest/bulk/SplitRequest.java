package io.flowledger.ingest.bulk;

import io.flowledger.http.forward.PartCalls;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.bulk.entry.BulkBody;
import io.flowledger.ingest.bulk.entry.PartBody;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.ReadModel;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/**
 * A bulk request whose entries are of partitions that several nodes answer for: each node gets the
 * entries of its partitions, and the lines of their answers make the one answer, in the order of
 * the request. Entries of a partition that nobody answers for wait, bounded. All of it happens in
 * the context of the request.
 */
final class SplitRequest implements Leg.Whole {

  private static final long WATCH_MS = 250;
  private static final long MOST_HELD = 1 << 20; // characters of lines that others come before

  private final BulkRoutes.Parts parts;
  private final PartCalls nodes;
  private final RoutingContext request;
  private final Context context;
  private final BulkSender sender;
  private final BulkBody body;
  private final BulkPlaces places;
  private final BulkAdmission.Ticket ticket;
  private final Executor threads;
  private final ReadModel readModel;
  private final BulkAnswer answer;
  private final BulkOutcomes outcomes;
  private final Set<Leg> legs = new LinkedHashSet<>();
  private int untold;
  private int here; // legs on this node, which hold the body
  private boolean gone; // nobody waits for the answer

  SplitRequest(
      BulkRoutes.Parts parts,
      PartCalls nodes,
      RoutingContext request,
      Context context,
      BulkSender sender,
      BulkBody body,
      BulkPlaces places,
      BulkAdmission.Ticket ticket,
      Executor threads) {
    this.parts = parts;
    this.nodes = nodes;
    this.request = request;
    this.context = context;
    this.sender = sender;
    this.body = body;
    this.places = places;
    this.ticket = ticket;
    this.threads = threads;
    this.readModel = parts.readModel();
    this.untold = body.size();
    this.answer =
        new BulkAnswer(new BulkResponse(request.response(), context, sender.async()), body);
    this.outcomes = new BulkOutcomes(answer, sender.async(), parts.counters());
  }

  /** Begins. The ticket is closed when it is over. */
  void start() {
    long mostSilentNanos = 2 * nodes.patience().toNanos();
    long watch =
        request
            .vertx()
            .setPeriodic(
                WATCH_MS, tick -> List.copyOf(legs).forEach(leg -> leg.look(mostSilentNanos)));
    request.addEndHandler(
        over -> {
          request.vertx().cancelTimer(watch);
          leave();
        });
    places.refused().forEach(this::refuse);
    send(
        IntStream.range(0, body.size())
            .filter(index -> !places.refused().containsKey(index))
            .toArray(),
        new Leg.Patience(patienceFromNow(), 0, 0));
    sendAnswer();
  }

  // ---- ways ------------------------------------------------------------------------------------

  /** Sends entries to whoever answers for them now. */
  private void send(int[] entries, Leg.Patience patience) {
    // Asked once: entries of a partition refer to each other, so they stay together while it moves.
    Map<Integer, Owner> owners = new HashMap<>();
    Map<Owner, IntStream.Builder> byOwner = new LinkedHashMap<>();
    for (int index : entries) {
      Owner owner = owners.computeIfAbsent(places.partition(index), partition -> owner(index));
      byOwner.computeIfAbsent(owner, first -> IntStream.builder()).add(index);
    }
    byOwner.forEach((owner, some) -> send(some.build().toArray(), owner, patience));
  }

  private Owner owner(int index) {
    int partition = places.partition(index);
    return partition == BulkPlaces.NOWHERE ? new Owner.Local() : readModel.owner(partition);
  }

  private void send(int[] entries, Owner owner, Leg.Patience patience) {
    if (owner instanceof Owner.Nobody) {
      later(entries, patience, "");
      return;
    }
    Leg leg = new Leg(this, entries, owner, patience);
    legs.add(leg);
    BulkBody part = body.part(entries, places.firsts());
    if (owner instanceof Owner.Remote remote) {
      List<Integer> partitions =
          IntStream.of(entries).map(places::partition).distinct().boxed().toList();
      leg.goesBy(nodes.put(request, remote, partitions, PartBody.encode(part), leg));
    } else {
      LocalLeg local = new LocalLeg(context, leg, this::left);
      here++;
      local.start(new BulkRequest(parts, sender, part, local, threads, local));
      leg.goesBy(local);
    }
  }

  private void left() {
    here--;
    release();
  }

  /**
   * @param why they were not taken before; empty where nobody was asked
   */
  private void later(int[] entries, Leg.Patience patience, String why) {
    if (patience.isOver(nanoTime())) {
      for (int index : entries) {
        refuse(
            index,
            RefusedException.unavailable(
                "no node answers for partition "
                    + places.partition(index)
                    + " now, try again"
                    + (why.isEmpty() ? "" : " (" + why + ")")));
      }
      sendAnswer();
      return;
    }
    request
        .vertx()
        .setTimer(
            patience.pauseMillis(),
            tick -> {
              if (!gone) {
                send(entries, patience);
              }
            });
  }

  // ---- what legs say ---------------------------------------------------------------------------

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long patienceFromNow() {
    return nanoTime() + nodes.patience().toNanos();
  }

  @Override
  public boolean hasKey() {
    return sender.key().isPresent();
  }

  @Override
  public boolean hasMoved(int index, Owner from) {
    Owner now = owner(index);
    return !(now instanceof Owner.Nobody) && !now.equals(from);
  }

  @Override
  public boolean hasLeft(int index, Owner from) {
    return !owner(index).equals(from);
  }

  @Override
  public boolean speaks(Owner.Remote node) {
    return nodes.speaks(node);
  }

  @Override
  public boolean isTold(int index) {
    return answer.isTold(index);
  }

  @Override
  public void tell(int index, String line) {
    if (!answer.isTold(index)) {
      answer.tell(index, line);
      untold--;
    }
  }

  private void refuse(int index, Throwable why) {
    if (!answer.isTold(index)) {
      outcomes.reject(index, why);
      untold--;
    }
  }

  @Override
  public void goOn(Leg leg) {
    sendAnswer();
    letFlow(leg);
  }

  @Override
  public void again(Leg leg, Leg.Patience patience, String why) {
    legs.remove(leg);
    if (!gone) {
      later(leg.entries(), patience, why);
    }
  }

  @Override
  public void refused(Leg leg, RefusedException why) {
    legs.remove(leg);
    for (int index : leg.entries()) {
      refuse(index, why);
    }
    sendAnswer();
  }

  @Override
  public void unknown(Leg leg) {
    legs.remove(leg);
    for (int index : leg.entries()) {
      refuse(
          index,
          RefusedException.unavailable(
              "the node that answers for partition "
                  + places.partition(index)
                  + " has failed or gone; it is not known whether it has carried this out, try again"));
    }
    sendAnswer();
  }

  // ---- the answer ------------------------------------------------------------------------------

  /** No more comes from a leg than the client takes, or the lines before it allow for. */
  private void letFlow(Leg leg) {
    boolean isNext = answer.next().isPresent() && leg.hasNext(answer.next().getAsInt());
    leg.flow(!answer.isFull() && (isNext || answer.held() < MOST_HELD));
  }

  private void sendAnswer() {
    if (gone) {
      return;
    }
    if (untold == 0) {
      answer.end(body.broken());
    }
    answer
        .send()
        .ifPresent(sent -> sent.onComplete(end -> context.runOnContext(on -> sent(end.failed()))));
  }

  private void sent(boolean failed) {
    answer.sent();
    if (failed) {
      leave();
      return;
    }
    sendAnswer();
    List.copyOf(legs).forEach(this::letFlow);
    release();
  }

  private void leave() {
    gone = true;
    List.copyOf(legs).forEach(Leg::abandon);
    legs.clear();
    release();
  }

  private void release() {
    if ((gone || answer.isSent()) && here == 0) {
      ticket.close();
    }
  }
}
