package io.flowledger.http.access;

/**
 * Who has proven to be somebody.
 *
 * @param name that events and answers tell; never the secret
 * @param grants what they may do
 */
public record Credential(String name, Grants grants) {

  /** With a role for all flows. */
  public Credential(String name, Role role) {
    this(name, Grants.of(role));
  }
}
