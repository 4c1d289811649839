package io.flowledger.deploy.config;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Rules that options of any group have to keep, and what is said of those that do not. */
public final class OptionRules {

  public static final int LARGEST_PORT = 65535;

  private OptionRules() {}

  /**
   * @throws ParameterException when the value is not from {@code from} to {@code to}, both included
   */
  public static void range(CommandSpec command, String option, long value, long from, long to) {
    if (value < from || value > to) {
      throw new ParameterException(
          command.commandLine(),
          "%s must be from %d to %d, not %d".formatted(option, from, to, value));
    }
  }

  /**
   * @throws ParameterException when a rule is not kept
   */
  public static void check(CommandSpec command, boolean kept, String otherwise) {
    if (!kept) {
      throw new ParameterException(command.commandLine(), otherwise);
    }
  }

  /**
   * @throws ParameterException when an option is given with another that makes it senseless
   */
  public static void contradiction(CommandSpec command, boolean both, String option, String other) {
    if (both) {
      throw new ParameterException(command.commandLine(), option + " makes no sense with " + other);
    }
  }
}
