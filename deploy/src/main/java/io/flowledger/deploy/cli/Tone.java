package io.flowledger.deploy.cli;

/** Tone of a piece of text: what it means to its reader; {@link Colours} show it. */
public enum Tone {
  PLAIN(""),
  STRONG("1"),
  FAINT("2"),
  GOOD("32"),
  BUSY("36"),
  WARNING("33"),
  BAD("31");

  private final String code;

  Tone(String code) {
    this.code = code;
  }

  /** Of the "select graphic rendition" sequence of ECMA-48; empty for none. */
  String code() {
    return code;
  }

  /** Of a run or an attempt in that state. */
  public static Tone ofStatus(String status) {
    return switch (status) {
      case "completed" -> GOOD;
      case "running" -> BUSY;
      case "pending" -> WARNING;
      case "failed", "killed-or-lost" -> BAD;
      default -> PLAIN;
    };
  }
}
