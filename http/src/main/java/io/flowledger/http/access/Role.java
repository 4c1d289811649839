package io.flowledger.http.access;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a credential may do, as people name it. */
public enum Role {
  READER(Permission.READ),
  WRITER(Permission.READ, Permission.WRITE),
  ADMIN(Permission.READ, Permission.WRITE, Permission.OPERATE);

  private final Set<Permission> permissions;

  Role(Permission first, Permission... others) {
    this.permissions = EnumSet.of(first, others);
  }

  boolean may(Permission permission) {
    return permissions.contains(permission);
  }

  /** The name that people write. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of that name, if it is one. */
  public static Optional<Role> named(String label) {
    return Stream.of(values()).filter(role -> role.label().equals(label)).findFirst();
  }

  /** All names, for a message. */
  public static String labels() {
    return Stream.of(values()).map(Role::label).collect(Collectors.joining(", "));
  }
}
