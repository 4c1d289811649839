package io.flowledger.bench;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Ranges that the values of options must be in. */
final class Ranges {

  private Ranges() {}

  static void check(CommandSpec spec, String option, double value, double from, double to) {
    if (!(value >= from && value <= to)) {
      throw new ParameterException(
          spec.commandLine(),
          "%s must be from %s to %s, not %s"
              .formatted(option, plain(from), plain(to), plain(value)));
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  static Duration millis(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }
}
