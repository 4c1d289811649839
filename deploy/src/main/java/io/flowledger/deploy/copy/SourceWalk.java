package io.flowledger.deploy.copy;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Walks over the records of the source in the order in which they are in the target. */
final class SourceWalk {

  /** Is told every record. */
  interface Visitor {
    /**
     * @param partition of the target
     * @param offset that it has there, where the topic is not compacted
     */
    void visit(int partition, long offset, ConsumerRecord<byte[], byte[]> record);
  }

  private final LogSide source;
  private final CopyRouter router;
  private final CopyProgress progress;

  SourceWalk(LogSide source, CopyRouter router, CopyProgress progress) {
    this.source = source;
    this.router = router;
    this.progress = progress;
  }

  void over(CopyStep step, Visitor visitor) {
    String topic = step.topic().name(source.place().topics());
    long[] offsets = CopyStep.array(step.starts());
    for (int partition = 0; partition < step.from().size(); partition++) {
      source.read(
          topic,
          partition,
          step.from().get(partition),
          step.to().get(partition),
          record -> {
            int target = router.partition(step.topic(), record);
            visitor.visit(target, offsets[target]++, record);
            progress.one();
          });
    }
  }
}
