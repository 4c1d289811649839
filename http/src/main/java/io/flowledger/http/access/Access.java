package io.flowledger.http.access;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * What the sender of a request may do with which flows: for endpoints that are about several. Those
 * of one flow are behind the {@link Gate}, which has asked already.
 */
public final class Access {

  private static final Access FULL = new Access(Optional.empty());
  private static final String KEY = Access.class.getName();

  private final Optional<Credential> credential; // empty where nobody is asked for one

  private Access(Optional<Credential> credential) {
    this.credential = credential;
  }

  /** Of the sender of a request: all, where nobody is asked who they are. */
  public static Access of(RoutingContext request) {
    Access found = request.get(KEY);
    return found == null ? FULL : found;
  }

  /** Says what the sender of a request may do. */
  public static void put(RoutingContext request, Credential credential) {
    request.put(KEY, new Access(Optional.of(credential)));
  }

  /** To pass on, as {@link Grants#parse} reads it; empty where nobody is asked who they are. */
  public Optional<String> grants() {
    return credential.map(known -> known.grants().toString());
  }

  /** Whether there is no flow that they may not read. */
  public boolean readsAll() {
    return credential.isEmpty() || credential.get().grants().mayWithAll(Permission.READ);
  }

  public boolean reads(String flowId) {
    return may(Permission.READ, flowId);
  }

  /**
   * Refuses what would write to a flow that they may not write to.
   *
   * @throws RefusedException 403, whether there is such a flow or not
   */
  public void requireWrite(String flowId) {
    require(Permission.WRITE, flowId);
  }

  void require(Permission permission, String flowId) {
    if (!may(permission, flowId)) {
      throw RefusedException.forbidden(
          "%s may not %s flow %s".formatted(name(), permission.doing(), flowId));
    }
  }

  /** Refuses what they may do with no flow at all. */
  void require(Permission permission) {
    if (credential.isPresent() && !credential.get().grants().may(permission)) {
      throw RefusedException.forbidden(
          "%s is %s, who may not %s".formatted(name(), role(), permission.doing()));
    }
  }

  private boolean may(Permission permission, String flowId) {
    return credential.isEmpty() || credential.get().grants().may(permission, flowId);
  }

  /** Whether they have proven that they may operate the server. */
  boolean operates() {
    return credential.isPresent() && credential.get().grants().may(Permission.OPERATE);
  }

  private String name() {
    return credential.map(Credential::name).orElse("");
  }

  private String role() {
    return credential
        .flatMap(known -> known.grants().greatest())
        .map(role -> "a " + role.label())
        .orElse("somebody without a role here");
  }
}
