package io.flowledger.deploy.cli;

/** Colours of a terminal, or none. */
public final class Colours {

  /** When there are any. */
  enum When {
    /** On a terminal, unless {@code NO_COLOR} is set (https://no-color.org). */
    AUTO,
    ALWAYS,
    NEVER
  }

  private static final String ESCAPE = "\u001b[";

  private final boolean on;

  private Colours(boolean on) {
    this.on = on;
  }

  static Colours of(When when, Surroundings surroundings) {
    return new Colours(
        switch (when) {
          case ALWAYS -> true;
          case NEVER -> false;
          case AUTO ->
              surroundings.terminal()
                  && surroundings.environment().getOrDefault("NO_COLOR", "").isEmpty();
        });
  }

  public String paint(Tone tone, String text) {
    return !on || tone == Tone.PLAIN || text.isEmpty()
        ? text
        : ESCAPE + tone.code() + "m" + text + ESCAPE + "0m";
  }
}
