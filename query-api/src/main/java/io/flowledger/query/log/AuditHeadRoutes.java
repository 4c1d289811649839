package io.flowledger.query.log;

import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.chain.PartitionHead;
import io.flowledger.query.answer.GlobalListAnswer;
import io.flowledger.query.answer.ListFormat;
import io.flowledger.query.answer.Listing;
import io.flowledger.query.request.ReadEndpoints;
import io.flowledger.query.request.ReadRequest;
import io.vertx.ext.web.Router;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The endpoint that tells how far the log goes, with the hashes of all that is in it. */
public final class AuditHeadRoutes implements Routes {

  private static final ListFormat FORMAT =
      ListFormat.of("application/json", "{\"heads\": [", ", ", "]}");
  private static final GlobalListAnswer.Order<Integer> ORDER =
      new GlobalListAnswer.Order<>(
          Comparator.naturalOrder(), AuditHeadRoutes::parse, String::valueOf);

  private final ReadEndpoints reads;
  private final GlobalListAnswer answer;

  public AuditHeadRoutes(ReadEndpoints reads, GlobalListAnswer answer) {
    this.reads = reads;
    this.answer = answer;
  }

  @Override
  public void mount(Router router) {
    reads.getLive(router, "/audit/head", this::heads);
  }

  private void heads(ReadRequest read) {
    answer.answer(read, FORMAT, Optional.empty(), partitions -> listing(read, partitions), ORDER);
  }

  private static Listing<PartitionHead, Integer> listing(
      ReadRequest read, List<Integer> partitions) {
    String topic = read.readModel().eventsTopic();
    Listing.Source<PartitionHead, Integer> source =
        (after, visitor) -> {
          for (int partition : partitions) {
            boolean comes = after.isEmpty() || partition > after.get();
            if (comes
                && !visitor.visit(
                    new PartitionHead(topic, partition, read.readModel().view(partition).head()))) {
              return;
            }
          }
        };
    return Listing.all(
        source, PartitionHead::partition, (head, sink) -> sink.write(head.toJson().toBytes()));
  }

  private static int parse(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw RefusedException.malformed("'" + text + "' is no partition");
    }
  }
}
