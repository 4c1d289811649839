package io.flowledger.query.log;

import io.flowledger.http.Routes;
import io.flowledger.projector.chain.PartitionHead;
import io.flowledger.query.answer.ObjectAnswer;
import io.flowledger.query.request.ReadEndpoints;
import io.flowledger.query.request.ReadRequest;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.stream.IntStream;

/** The endpoint that tells how far the log goes, with the hashes of all that is in it. */
public final class AuditHeadRoutes implements Routes {

  private final ReadEndpoints reads;

  public AuditHeadRoutes(ReadEndpoints reads) {
    this.reads = reads;
  }

  @Override
  public void mount(Router router) {
    reads.getLive(router, "/audit/head", AuditHeadRoutes::heads);
  }

  private static void heads(ReadRequest read) {
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
