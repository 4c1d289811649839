package io.flowledger.query.answer;

import io.flowledger.http.forward.AskedPartitions;
import io.flowledger.http.forward.OtherNodes;
import io.flowledger.query.request.PageLimits;
import io.flowledger.query.request.Paging;
import io.flowledger.query.request.ReadRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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

  private static final PageLimits OF_PARTS =
      new PageLimits(ListingOfNodes.ROWS_PER_FETCH, ListingOfNodes.ROWS_PER_FETCH);

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
      ListingOfNodes<T, C> parts =
          new ListingOfNodes<>(read, rows, order, form, bound, others.get(), patienceMillis);
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
    own.part(
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
}
