package io.flowledger.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StandardOutputTest {

  private final StringWriter said = new StringWriter();
  private final PrintWriter err = new PrintWriter(said, true);

  private static StandardOutput failing(String why) {
    return StandardOutput.to(
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(why);
          }
        });
  }

  @Test
  void whatIsWrittenIsUtf8() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StandardOutput out = StandardOutput.to(bytes);
    out.print("\u00fcn\u00ef \u2603 \ud83d\ude00");
    assertThat(StandardOutput.end(out, err, 9)).isEqualTo(9);
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo("\u00fcn\u00ef \u2603 \ud83d\ude00");
    assertThat(said).hasToString("");
  }

  @Test
  void aClosedPipeChangesNothing() {
    StandardOutput out = failing("Broken pipe");
    out.println("a");
    assertThat(StandardOutput.end(out, err, 0)).isZero();
    assertThat(StandardOutput.end(out, err, 5)).isEqualTo(5);
    assertThat(said).hasToString("");
  }

  @Test
  void anythingElseIsAFailureThatIsSaidOnce() {
    StandardOutput out = failing("No space left on device");
    out.print("a");
    int status = StandardOutput.end(out, err, 0);
    assertThat(status).isEqualTo(1);
    assertThat(StandardOutput.end(out, err, status)).isEqualTo(1);
    assertThat(said)
        .hasToString("flowledger: cannot write standard output: No space left on device\n");
  }
}
