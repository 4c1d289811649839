package io.flowledger.deploy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ParameterException;

/** A command that is read, and not run. */
public final class ReadCommand {

  private ReadCommand() {}

  /** What is wrong with a command of {@code flowledger}, with these words behind that. */
  public static Optional<String> mistake(List<String> words) {
    String[] arguments = words.toArray(String[]::new);
    try {
      Main.commandLine(arguments, Map.of()).parseArgs(arguments);
      return Optional.empty();
    } catch (ParameterException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
