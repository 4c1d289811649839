package io.flowledger.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.KafkaThread;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** An error is made where it would be: nobody but those who would catch it knows of it. */
class OutOfMemoryTest {

  private static final String BUFFERS = "Cannot reserve 8 bytes of direct buffer memory";

  private final StringWriter err = new StringWriter();
  private final List<Integer> ends = new ArrayList<>();
  private final OutOfMemory end = new OutOfMemory(new PrintWriter(err, true), ends::add);

  @AfterEach
  void watchNoMore() {
    ((LoggerContext) LogManager.getContext(false))
        .getConfiguration()
        .getRootLogger()
        .removeAppender("out-of-memory");
  }

  /** Which catches it, and says so to the log only. */
  @Test
  void aThreadOfKafkaThatDiesOfItEndsTheProcess() throws InterruptedException {
    end.watchTheLog();
    Thread thread =
        new KafkaThread(
            "kafka-producer-network-thread",
            () -> {
              throw new OutOfMemoryError(BUFFERS);
            },
            true);
    thread.start();
    thread.join();
    assertThat(ends).containsExactly(OutOfMemory.STATUS);
    assertThat(err.toString().strip()).isEqualTo("flowledger: ending, out of memory: " + BUFFERS);
  }

  @Test
  void soDoesOneThatLedToAnother() {
    end.watchTheLog();
    LoggerFactory.getLogger("io.vertx.core.impl.ContextImpl")
        .error("Unhandled exception", new KafkaException(new OutOfMemoryError("Java heap space")));
    assertThat(ends).containsExactly(OutOfMemory.STATUS);
  }

  @Test
  void otherFaultsDoNot() {
    end.watchTheLog();
    LoggerFactory.getLogger("io.vertx.core.impl.ContextImpl")
        .error("Unhandled exception", new KafkaException(new StackOverflowError()));
    end.look(new IllegalStateException("no cause"));
    assertThat(ends).isEmpty();
  }
}
