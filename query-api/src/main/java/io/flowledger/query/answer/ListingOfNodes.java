package io.flowledger.query.answer;

import io.flowledger.http.forward.InternalCalls;
import io.flowledger.http.forward.OtherNodes;
import io.flowledger.http.forward.OtherNodes.Part;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.Patience;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.projector.text.Sink;
import io.flowledger.query.request.Paging;
import io.flowledger.query.request.ReadRequest;
import io.netty.handler.codec.http.QueryStringEncoder;
import io.vertx.core.MultiMap;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A listing of what this node has and what the others have. What has been fetched for one part of
 * the answer is kept for the next.
 */
final class ListingOfNodes<T, C> implements Listing.Source<ShownRow<C>, C> {

  static final int ROWS_PER_FETCH = 128;
  private static final long LOOK_AGAIN_MS = 50;

  private final ReadRequest read;
  private final GlobalListAnswer.OfPartitions<T, C> rows;
  private final GlobalListAnswer.Order<C> order;
  private final Optional<ShownRow.Form<T>> form;
  private final Optional<Supplier<Predicate<C>>> bound;
  private final OtherNodes nodes;
  private final long patienceMillis;
  private final MultiMap caller;
  private Optional<Predicate<C>> until = Optional.empty();
  private Optional<Listing.Source<ShownRow<C>, C>> begun = Optional.empty(); // read on later
  private Optional<C> left = Optional.empty(); // the place that it has been read to
  private int partition; // that is read, where one is after another

  ListingOfNodes(
      ReadRequest read,
      GlobalListAnswer.OfPartitions<T, C> rows,
      GlobalListAnswer.Order<C> order,
      Optional<ShownRow.Form<T>> form,
      Optional<Supplier<Predicate<C>>> bound,
      OtherNodes nodes,
      long patienceMillis) {
    this.read = read;
    this.rows = rows;
    this.order = order;
    this.form = form;
    this.bound = bound;
    this.nodes = nodes;
    this.patienceMillis = patienceMillis;
    this.caller = InternalCalls.caller(read.request());
  }

  /** Of none of them it is known yet whether they are here. */
  Listing<ShownRow<C>, C> listing(List<Integer> partitions) {
    Listing.Renderer<byte[]> joined =
        form.orElseGet(() -> ShownRow.Form.of((row, sink) -> {})).joined();
    return Listing.all(
        this,
        ShownRow::place,
        new Listing.Renderer<>() {
          @Override
          public void render(ShownRow<C> row, Sink sink) {
            joined.render(row.shown(), sink);
          }

          @Override
          public void finish(Sink sink) {
            joined.finish(sink);
          }
        });
  }

  @Override
  public void scan(Optional<C> after, RowVisitor<ShownRow<C>> visitor) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    if (!after.equals(left)) {
      begun = Optional.empty();
      partition = 0;
    }
    LastVisited<C> last = new LastVisited<>(after, visitor);
    while (true) {
      try {
        read(last);
        left = last.place;
        return;
      } catch (ViewUnavailableException moved) {
        begun = Optional.empty();
        if (System.nanoTime() - deadline > 0) {
          throw moved;
        }
        lookAgainLater();
      }
    }
  }

  private void read(LastVisited<C> last) {
    if (bound.isPresent()) {
      onePartitionAfterAnother(last, untilNow(bound.get()));
    } else {
      merge(last);
    }
  }

  private Predicate<C> untilNow(Supplier<Predicate<C>> asked) {
    Predicate<C> known = until.orElseGet(asked);
    until = Optional.of(known);
    return known;
  }

  private void merge(LastVisited<C> last) {
    if (begun.isEmpty()) {
      List<Listing.Source<ShownRow<C>, C>> sources =
          nodes.parts().stream().map(part -> source(part.owner(), part.partitions())).toList();
      MergedSource<ShownRow<C>, C>.Merge merge =
          new MergedSource<>(
              sources,
              Comparator.comparing(ShownRow::place, order.comparator()),
              ShownRow<C>::place)
          .new Merge(last.place);
      begun = Optional.of((after, visitor) -> merge.read(visitor));
    }
    begun.get().scan(last.place, last);
  }

  private void onePartitionAfterAnother(LastVisited<C> last, Predicate<C> until) {
    while (partition < read.readModel().partitions()) {
      if (begun.isEmpty()) {
        begun = Optional.of(source(owner(partition), List.of(partition)));
      }
      begun.get().scan(last.place, row -> until.test(row.place()) && last.visit(row));
      if (last.hasHadEnough) {
        return;
      }
      begun = Optional.empty();
      partition++;
    }
  }

  private Owner owner(int ofPartition) {
    return nodes.parts().stream()
        .filter(part -> part.partitions().contains(ofPartition))
        .findFirst()
        .map(Part::owner)
        .orElseThrow(() -> new ViewUnavailableException("nobody has partition " + ofPartition));
  }

  private void lookAgainLater() {
    Patience.check();
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ViewUnavailableException("interrupted");
    }
  }

  private Listing.Source<ShownRow<C>, C> source(Owner owner, List<Integer> partitions) {
    return owner instanceof Owner.Remote node
        ? new PartOfOther<>(
            place -> nodes.ask(caller, node, partitions, uri(place), patienceMillis), order.parse())
        : own(rows.listing(partitions));
  }

  private Listing.Source<ShownRow<C>, C> own(Listing<T, C> listing) {
    ShownRow.Form<T> shown = form.orElseGet(() -> ShownRow.Form.of(listing.renderer()));
    return (after, visitor) ->
        listing.scanShown(
            after,
            row -> visitor.visit(new ShownRow<>(listing.place().apply(row), shown.shown(row))));
  }

  /** The request as it has come, for another page. */
  private String uri(Optional<C> after) {
    QueryStringEncoder uri = new QueryStringEncoder(read.request().request().path());
    read.parameters()
        .forEach(
            parameter -> {
              if (!Paging.isOne(parameter.getKey())) {
                uri.addParam(parameter.getKey(), parameter.getValue());
              }
            });
    new Paging(ROWS_PER_FETCH, after.map(order.text())).parameters().forEach(uri::addParam);
    return uri.toString();
  }

  private static final class LastVisited<C> implements RowVisitor<ShownRow<C>> {
    private final RowVisitor<ShownRow<C>> visitor;
    private Optional<C> place;
    private boolean hasHadEnough;

    LastVisited(Optional<C> place, RowVisitor<ShownRow<C>> visitor) {
      this.place = place;
      this.visitor = visitor;
    }

    @Override
    public boolean visit(ShownRow<C> row) {
      place = Optional.of(row.place());
      hasHadEnough = !visitor.visit(row);
      return !hasHadEnough;
    }
  }
}
