package io.flowledger.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/**
 * A short time of all that does harm, at the program as it is shipped, with the heap of the
 * launcher: it is there afterwards, has answered as it should, and takes no more memory than it
 * may. How long anybody has waited does not matter on whatever machine this is.
 */
class HostileIT {

  @Test
  void theServerComesThrough() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] command = {
      "hostile", "--minutes", "0.4", "--warmup", "2", "--scale", "0.4", "--untimed"
    };
    int status = Main.run(command, new PrintWriter(out, true), new PrintWriter(err, true));
    assertThat(status).as("%s%n%s", out, err).isZero();
  }
}
