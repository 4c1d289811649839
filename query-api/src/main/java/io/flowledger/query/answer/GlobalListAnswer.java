package io.flowledger.query.answer;

import io.flowledger.http.forward.AskedPartitions;
import io.flowledger.http.forward.OtherNodes;
import io.flowledger.http.forward.OtherNodes.Part;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.Patience;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.RowVisitor;
import io.flowledger.query.request.PageLimits;
import io.flowledger.query.request.Paging;
import io.flowledger.query.request.ReadRequest;
import io.netty.handler.codec.http.QueryStringEncoder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Answers with a listing over all flows. A node that is alone has all of them; one among others
 * asks each for the rows of the partitions that it answers for, and merges these in their order.
 * Where a partition moves meanwhile, it goes on behind the last row, so that none is missing and
 * none comes twice.
 */
public final class GlobalListAnswer {

  private static final int ROWS_PER_FETCH = 128;
  private static final PageLimits OF_PARTS = new PageLimits(ROWS_PER_FETCH, ROWS_PER_FETCH);
  private static final long LOOK_AGAIN_MS = 50;

  private final ListAnswer own;
  private final ListAnswer merged;
  private final Optional<OtherNodes> others;
  private final long patienceMillis;

  /**
   * What a listing over all flows is ordered by.
   *
   * @param text of a place, as in cursors
   */
  public record Order<C>(
      Comparator<C> comparator, Function<String, C> parse, Function<C, String> text) {}

  /** The listing of what is in some partitions. */
  public interface OfPartitions<T, C> {
    Listing<T, C> listing(List<Integer> partitions);
  }

  /**
   * @param own for what this node answers by itself, or gives to another
   * @param merged for what waits for other nodes: these must be other threads, or two nodes could
   *     wait for each other
   * @param others empty where there are none
   * @param patienceMillis how long another node may take
   */
  public GlobalListAnswer(
      ListAnswer own, ListAnswer merged, Optional<OtherNodes> others, long patienceMillis) {
    this.own = own;
    this.merged = merged;
    this.others = others;
    this.patienceMillis = patienceMillis;
  }

  /**
   * Answers with one page, or with all rows.
   *
   * @param paging the page that is asked for; empty where all rows are
   */
  public <T, C> void answer(
      ReadRequest read,
      ListFormat format,
      Optional<Paging> paging,
      OfPartitions<T, C> rows,
      Order<C> order) {
    answer(read, format, paging, rows, order, Optional.empty(), Optional.empty());
  }

  /**
   * The same for a listing that may be of one flow only: then this node has it.
   *
   * @param partition the only one that is read; empty where all are
   */
  public <T, C> void answer(
      ReadRequest read,
      ListFormat format,
      Optional<Paging> paging,
      Optional<Integer> partition,
      OfPartitions<T, C> rows,
      Order<C> order) {
    if (partition.isPresent()) {
      send(own, read, format, paging, rows.listing(List.of(partition.get())), order);
    } else {
      answer(read, format, paging, rows, order);
    }
  }

  /**
   * Answers with all rows of a listing that has those of one partition after those of another, each
   * up to some place.
   *
   * @param form of the rows between nodes, where it is not what is rendered of each
   * @param bound says which places are not too late; asked for where it may block
   */
  public <T, C> void inPartitions(
      ReadRequest read,
      ListFormat format,
      OfPartitions<T, C> rows,
      Order<C> order,
      Optional<ShownRow.Form<T>> form,
      Supplier<Predicate<C>> bound) {
    answer(read, format, Optional.empty(), rows, order, form, Optional.of(bound));
  }

  private <T, C> void answer(
      ReadRequest read,
      ListFormat format,
      Optional<Paging> paging,
      OfPartitions<T, C> rows,
      Order<C> order,
      Optional<ShownRow.Form<T>> form,
      Optional<Supplier<Predicate<C>>> bound) {
    Optional<List<Integer>> asked = AskedPartitions.of(read.request());
    if (asked.isPresent()) {
      part(read, rows.listing(asked.get()), order, form);
    } else if (others.isEmpty()) {
      send(own, read, format, paging, rows.listing(all(read)), order);
    } else {
      Merged<T, C> parts = new Merged<>(read, rows, order, form, bound, others.get());
      send(merged, read, format, paging, parts.listing(all(read)), order);
    }
  }

  private static List<Integer> all(ReadRequest read) {
    return IntStream.range(0, read.readModel().partitions()).boxed().toList();
  }

  private static <T, C> void send(
      ListAnswer answer,
      ReadRequest read,
      ListFormat format,
      Optional<Paging> paging,
      Listing<T, C> listing,
      Order<C> order) {
    if (paging.isPresent()) {
      answer.page(
          read.request(),
          format,
          paging.get(),
          listing,
          paging.get().cursor().map(order.parse()),
          order.text());
    } else {
      answer.whole(read.request(), format, listing);
    }
  }

  /** The rows of this node, for another one. */
  private <T, C> void part(
      ReadRequest read, Listing<T, C> listing, Order<C> order, Optional<ShownRow.Form<T>> form) {
    ShownRow.Form<T> shown = form.orElseGet(() -> ShownRow.Form.of(listing.renderer()));
    Paging paging = Paging.always(read.parameters(), OF_PARTS);
    own.page(
        read.request(),
        ListFormat.ROWS,
        paging,
        new Listing<>(
            listing.source(),
            listing.place(),
            listing.filter(),
            (row, sink) -> {
              C place = listing.place().apply(row);
              new ShownRow<>(place, shown.shown(row)).write(order.text().apply(place), sink);
            }),
        paging.cursor().map(order.parse()),
        order.text());
  }

  /** A listing of what this node has and what the others have. */
  private final class Merged<T, C> implements Listing.Source<ShownRow<C>, C> {
    private final ReadRequest read;
    private final OfPartitions<T, C> rows;
    private final Order<C> order;
    private final Optional<ShownRow.Form<T>> form;
    private final Optional<Supplier<Predicate<C>>> bound;
    private final OtherNodes nodes;
    private Optional<Predicate<C>> until = Optional.empty();

    Merged(
        ReadRequest read,
        OfPartitions<T, C> rows,
        Order<C> order,
        Optional<ShownRow.Form<T>> form,
        Optional<Supplier<Predicate<C>>> bound,
        OtherNodes nodes) {
      this.read = read;
      this.rows = rows;
      this.order = order;
      this.form = form;
      this.bound = bound;
      this.nodes = nodes;
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
            public void render(ShownRow<C> row, io.flowledger.projector.text.Sink sink) {
              joined.render(row.shown(), sink);
            }

            @Override
            public void finish(io.flowledger.projector.text.Sink sink) {
              joined.finish(sink);
            }
          });
    }

    @Override
    public void scan(Optional<C> after, RowVisitor<ShownRow<C>> visitor) {
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
      until = until.or(() -> bound.map(Supplier::get));
      LastVisited<C> last = new LastVisited<>(after, visitor);
      while (true) {
        try {
          new MergedSource<>(
                  sources(),
                  Comparator.comparing(ShownRow::place, order.comparator()),
                  ShownRow<C>::place)
              .scan(last.place, last);
          return;
        } catch (ViewUnavailableException moved) {
          if (System.nanoTime() - deadline > 0) {
            throw moved;
          }
          lookAgainLater();
        }
      }
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

    private List<Listing.Source<ShownRow<C>, C>> sources() {
      List<Listing.Source<ShownRow<C>, C>> sources = new ArrayList<>();
      for (Part part : nodes.parts()) {
        if (until.isEmpty()) {
          sources.add(source(part.owner(), part.partitions()));
        } else {
          for (int partition : part.partitions()) {
            sources.add(bounded(source(part.owner(), List.of(partition)), until.get()));
          }
        }
      }
      return sources;
    }

    private Listing.Source<ShownRow<C>, C> source(Owner owner, List<Integer> partitions) {
      return owner instanceof Owner.Remote node
          ? new PartOfOther<>(
              place -> nodes.ask(node, partitions, uri(place), patienceMillis),
              order.parse(),
              ROWS_PER_FETCH)
          : own(rows.listing(partitions));
    }

    private static <C> Listing.Source<ShownRow<C>, C> bounded(
        Listing.Source<ShownRow<C>, C> source, Predicate<C> until) {
      return (after, visitor) ->
          source.scan(after, row -> until.test(row.place()) && visitor.visit(row));
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
  }

  private static final class LastVisited<C> implements RowVisitor<ShownRow<C>> {
    private final RowVisitor<ShownRow<C>> visitor;
    private Optional<C> place;

    LastVisited(Optional<C> place, RowVisitor<ShownRow<C>> visitor) {
      this.place = place;
      this.visitor = visitor;
    }

    @Override
    public boolean visit(ShownRow<C> row) {
      place = Optional.of(row.place());
      return visitor.visit(row);
    }
  }
}
