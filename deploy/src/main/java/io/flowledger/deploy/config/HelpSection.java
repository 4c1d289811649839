package io.flowledger.deploy.config;

/**
 * Sections of {@code serve --help}, from its top: an option names its own with {@code order}.
 * Within one, options stand as their groups do in the command, and as they are declared in the
 * group. All come before what names none, such as {@code --help} itself.
 */
public final class HelpSection {

  /** Where a server is reached, and its folder. */
  public static final int PLACE = -7;

  /** Who may use it. */
  public static final int ACCESS = -6;

  /** Kafka, the topics and the schemas. */
  public static final int LOG = -5;

  /** How long something waits. */
  public static final int TIMES = -4;

  /** What a request may hold. */
  public static final int SIZES = -3;

  /** What the process may hold. */
  public static final int MEMORY = -2;

  /** What it tells of itself. */
  public static final int TELLING = -1;

  private HelpSection() {}
}
