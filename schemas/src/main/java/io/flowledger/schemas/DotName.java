package io.flowledger.schemas;

/**
 * The names that no URL can have between its slashes: whoever sends one or reads one takes {@code
 * .} and {@code ..} for steps within the path, however they are escaped (RFC 3986, 5.2.4).
 */
public final class DotName {

  private DotName() {}

  /** Whether a name, as it is, is one of them. */
  public static boolean is(String name) {
    return name.equals(".") || name.equals("..");
  }
}
