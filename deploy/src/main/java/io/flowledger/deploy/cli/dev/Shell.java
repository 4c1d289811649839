package io.flowledger.deploy.cli.dev;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** How a shell is told to give a variable to what it starts. */
public enum Shell {
  /** All that descend from Bourne's: sh, bash, zsh, dash. */
  SH {
    @Override
    public String export(String name, String value) {
      return "export " + name + "=" + quoted(value);
    }

    @Override
    String quoted(String value) {
      return PLAIN.matcher(value).matches() ? value : "'" + value.replace("'", "'\\''") + "'";
    }
  },
  FISH {
    @Override
    public String export(String name, String value) {
      return "set -gx " + name + " " + quoted(value);
    }

    @Override
    String quoted(String value) {
      return PLAIN.matcher(value).matches()
          ? value
          : "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
  },
  POWERSHELL {
    @Override
    public String export(String name, String value) {
      return "$Env:" + name + " = " + quoted(value);
    }

    @Override
    String quoted(String value) {
      return "'" + value.replace("'", "''") + "'";
    }
  };

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+-]+");

  /** A command that sets it. */
  public abstract String export(String name, String value);

  /** A value as one word. */
  abstract String quoted(String value);

  /**
   * The one that the user has, as far as the environment tells; empty where it is none of these.
   */
  static Optional<Shell> of(Map<String, String> environment) {
    String told = environment.getOrDefault("SHELL", "");
    if (told.isEmpty()) {
      return Optional.of(environment.containsKey("PSModulePath") ? POWERSHELL : SH);
    }
    return named(String.valueOf(Path.of(told).getFileName()).replaceFirst("\\.exe$", ""));
  }

  /** The one that a program of this name is, without its path. */
  static Optional<Shell> named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "sh", "bash", "zsh", "dash", "ksh", "mksh", "ash" -> Optional.of(SH);
      case "fish" -> Optional.of(FISH);
      case "powershell", "pwsh" -> Optional.of(POWERSHELL);
      default -> Optional.empty();
    };
  }
}
