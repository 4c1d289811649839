package io.flowledger.deploy.cli.transfer;

import java.nio.file.Path;
import java.util.List;

/** The streams of the process, as users name them where a file can be named. */
enum StandardStream {
  INPUT(0, "stdin"),
  OUTPUT(1, "stdout");

  private static final String SHORT = "-";

  private final List<String> names;

  StandardStream(int descriptor, String device) {
    this.names =
        List.of(SHORT, "/dev/" + device, "/dev/fd/" + descriptor, "/proc/self/fd/" + descriptor);
  }

  boolean is(Path path) {
    return names.contains(path.toString());
  }
}
