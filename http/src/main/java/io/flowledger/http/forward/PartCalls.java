package io.flowledger.http.forward;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Owner;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;

/**
 * Puts parts of requests to the nodes that answer for them, and takes their answers as they come.
 */
public interface PartCalls {

  /** Is told what becomes of a part, in the context that it was put in. The end is told once. */
  interface Listener {

    /** More of the answer. */
    void received(Buffer piece);

    /** The answer is complete. */
    void ended();

    /** The node has not begun with it, and will not: another one has to. */
    void notTaken(String why);

    /** The node has not begun with it, and refuses it, as another one would. */
    void refused(RefusedException why);

    /** The node may have begun with it, and there will be no more of its answer. */
    void lost(String why);
  }

  /** A part on its way. */
  interface Call {

    /** No more of the answer is to come for now. */
    void pause();

    void resume();

    /** Nobody waits for the answer any more, nor for its end. */
    void abandon();
  }

  /** How long something waits for a node that answers for it. */
  Duration patience();

  /** Whether a node has said anything of late, so that it lives. */
  boolean speaks(Owner.Remote node);

  /**
   * Puts a part to a node. Called in a context of Vert.x.
   *
   * @param request that it is a part of
   * @param partitions that the node has to answer for
   */
  Call put(
      RoutingContext request,
      Owner.Remote node,
      List<Integer> partitions,
      Buffer body,
      Listener listener);
}
