package io.flowledger.http.access;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What somebody may do, and with which flows. As text it is a list of roles, each for all flows or
 * for those of a pattern: {@code reader,writer:Train*}.
 */
public final class Grants {

  /** Nothing at all. */
  public static final Grants NONE = new Grants(List.of());

  private static final String SEPARATOR = ",";
  private static final int MOST = 64;

  /**
   * A role for some flows.
   *
   * @param flows for which it counts
   */
  private record Grant(Role role, FlowPattern flows) {

    static Grant parse(String text) {
      int colon = text.indexOf(':');
      String label = colon < 0 ? text : text.substring(0, colon);
      Role role =
          Role.named(label)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "'%s' is none of %s".formatted(label, Role.labels())));
      FlowPattern flows =
          colon < 0 ? FlowPattern.ALL : FlowPattern.parse(text.substring(colon + 1));
      if (role == Role.ADMIN && !flows.isAll()) {
        throw new IllegalArgumentException(
            "an admin operates the whole server, so there are none of some flows: '%s'"
                .formatted(text));
      }
      return new Grant(role, flows);
    }

    @Override
    public String toString() {
      return flows.isAll() ? role.label() : role.label() + ":" + flows;
    }
  }

  private final List<Grant> grants;

  private Grants(List<Grant> grants) {
    this.grants = grants;
  }

  /** A role for all flows. */
  public static Grants of(Role role) {
    return new Grants(List.of(new Grant(role, FlowPattern.ALL)));
  }

  /**
   * @throws IllegalArgumentException that says what is wrong with it
   */
  public static Grants parse(String text) {
    String[] parts = text.split(SEPARATOR, -1);
    if (parts.length > MOST) {
      throw new IllegalArgumentException("there are more than %d roles".formatted(MOST));
    }
    return text.isEmpty() ? NONE : new Grants(Stream.of(parts).map(Grant::parse).toList());
  }

  boolean isEmpty() {
    return grants.isEmpty();
  }

  /** Whether they allow something with some flow at least. */
  boolean may(Permission permission) {
    return grants.stream().anyMatch(grant -> grant.role().may(permission));
  }

  /** Whether they allow something with a flow, be it there or not. */
  boolean may(Permission permission, String flowId) {
    return grants.stream()
        .anyMatch(grant -> grant.role().may(permission) && grant.flows().matches(flowId));
  }

  /** Whether they allow something with all flows. */
  boolean mayWithAll(Permission permission) {
    return grants.stream().anyMatch(grant -> grant.role().may(permission) && grant.flows().isAll());
  }

  /** The greatest role among them, whatever flows it is for. */
  Optional<Role> greatest() {
    return grants.stream().map(Grant::role).max(Role::compareTo);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Grants those && toString().equals(those.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  @Override
  public String toString() {
    return grants.stream().map(Grant::toString).collect(Collectors.joining(SEPARATOR));
  }
}
