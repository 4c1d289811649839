package io.flowledger.deploy.cli;

import java.io.BufferedWriter;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Standard output of a command, in UTF-8 whatever the locale says. A {@link PrintWriter} knows only
 * that something could not be written; this one knows why, so that a reader that has had enough
 * ({@code | head}) is told from a full disk.
 */
public final class StandardOutput extends PrintWriter {

  private static final String CLOSED_PIPE = "broken pipe";

  private final Remembering to;
  private boolean told;

  private StandardOutput(Remembering to) {
    super(new BufferedWriter(new OutputStreamWriter(to, StandardCharsets.UTF_8)), true);
    this.to = to;
  }

  public static StandardOutput to(OutputStream out) {
    return new StandardOutput(new Remembering(out));
  }

  /**
   * The status that a command exits with, when all that it has printed is written. A reader that
   * has closed the pipe wanted no more: that changes nothing. Anything else is said once, and is a
   * failure.
   *
   * @param out of the command; why a writer of another kind has failed is not known
   */
  public static int end(PrintWriter out, PrintWriter err, int status) {
    if (!out.checkError()) {
      return status;
    }
    String why = "";
    if (out instanceof StandardOutput standard && standard.to.failure != null) {
      if (standard.told || isClosedPipe(standard.to.failure)) {
        return status;
      }
      standard.told = true;
      why = ": " + standard.to.failure.getMessage();
    }
    err.println("flowledger: cannot write standard output" + why);
    return ExitCodes.FAILED;
  }

  /** Whether a failure to write means that whoever read has closed the pipe. */
  public static boolean isClosedPipe(IOException failure) {
    return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains(CLOSED_PIPE);
  }

  /** Keeps the first failure. */
  private static final class Remembering extends FilterOutputStream {
    private @Nullable IOException failure;

    Remembering(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        failure = failure == null ? e : failure;
        throw e;
      }
    }
  }
}
