package io.flowledger.http.forward;

import io.flowledger.projector.readmodel.Owner;
import io.vertx.core.VertxException;

/** Another node has answered, but not what it was asked. */
public final class OtherStatusException extends VertxException {

  private static final long serialVersionUID = 1L;

  private final int status;

  public OtherStatusException(Owner.Remote node, int status) {
    super(node.address() + " answers " + status, true);
    this.status = status;
  }

  public int status() {
    return status;
  }
}
