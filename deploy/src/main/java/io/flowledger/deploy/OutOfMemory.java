package io.flowledger.deploy;

import java.io.PrintWriter;
import java.util.function.IntConsumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/**
 * Ends a server that is out of memory of any kind. The JVM does so by itself where it is told to
 * ({@code -XX:+ExitOnOutOfMemoryError}), but for the heap only: where there is no direct buffer or
 * no thread to be had, the error ends a thread of Kafka, or comes to nothing, and what is left of
 * the server looks well and answers nothing. Nobody sees all of these errors: whoever catches one
 * writes it to the log, so it is noticed there, and where a thread dies of it.
 */
final class OutOfMemory {

  /** That of the JVM. */
  static final int STATUS = 3;

  private static final int MOST_CAUSES = 10;

  private final PrintWriter err;
  private final IntConsumer halt;

  /**
   * @param halt ends the process with a status, without waiting for anything
   */
  OutOfMemory(PrintWriter err, IntConsumer halt) {
    this.err = err;
    this.halt = halt;
  }

  /** From now on, this process ends so. */
  static void endsTheProcess(PrintWriter err) {
    OutOfMemory end = new OutOfMemory(err, Runtime.getRuntime()::halt);
    end.watchTheLog();
    Thread.setDefaultUncaughtExceptionHandler(end::died);
  }

  /** Behind the appender that writes the event, so that it can be read where it comes from. */
  void watchTheLog() {
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    Watch watch = new Watch();
    watch.start();
    context.getConfiguration().getRootLogger().addAppender(watch, null, null);
  }

  private void died(Thread thread, Throwable fault) {
    try {
      err.println("Exception in thread \"%s\"".formatted(thread.getName()));
      fault.printStackTrace(err);
    } finally {
      look(fault);
    }
  }

  /** Takes a fault, whatever it is. */
  void look(Throwable fault) {
    Throwable cause = fault;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      if (cause instanceof OutOfMemoryError) {
        end(cause);
        return;
      }
      cause = cause.getCause();
    }
  }

  private void end(Throwable fault) {
    try {
      err.println("flowledger: ending, out of memory: " + fault.getMessage());
    } finally { // there may be none for the line either
      halt.accept(STATUS);
    }
  }

  private final class Watch extends AbstractAppender {
    Watch() {
      super("out-of-memory", null, null, false, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      Throwable thrown = event.getThrown();
      if (thrown != null) {
        look(thrown);
      }
    }
  }
}
