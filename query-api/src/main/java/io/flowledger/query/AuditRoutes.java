package io.flowledger.query;

import io.flowledger.http.Routes;
import io.flowledger.projector.readmodel.PartitionHead;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.stream.IntStream;

/** The endpoint that tells how far the log goes, with the hashes of all that is in it. */
final class AuditRoutes implements Routes {

  private final Reads reads;

  AuditRoutes(Reads reads) {
    this.reads = reads;
  }

  @Override
  public void mount(Router router) {
    reads.getLive(router, "/audit/head", AuditRoutes::heads);
  }

  private static void heads(Read read) {
    String topic = read.readModel().eventsTopic();
    List<PartitionHead> heads =
        IntStream.range(0, read.readModel().partitions())
            .mapToObj(
                partition ->
                    new PartitionHead(topic, partition, read.readModel().view(partition).head()))
            .toList();
    byte[] json = PartitionHead.toJson(heads).toBytes();
    ObjectAnswer.json(read.request(), sink -> sink.write(json));
  }
}
