package io.flowledger.http.forward;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/** What a node asks of others for requests that are about all flows. */
public interface OtherNodes {

  /** A node, and the partitions that it answers for. */
  record Part(Owner owner, List<Integer> partitions) {}

  /** Header of an answer: from where it goes on. */
  String NEXT_CURSOR = "X-Next-Cursor";

  /**
   * What a node has of something.
   *
   * @param next from where it goes on; empty where nothing comes behind it
   */
  record Answer(Buffer body, Optional<String> next) {}

  /**
   * Who answers for which partitions now: each for those that it is asked for.
   *
   * @throws ViewUnavailableException when nobody answers for one of them
   */
  List<Part> parts();

  /**
   * Asks another node what it has of something. Blocks.
   *
   * @param caller headers that tell whose request it is, see {@link InternalCalls#caller}
   * @param uri path and query of a request that this node would answer too
   * @param millis within which it has to answer
   * @throws ViewUnavailableException when it cannot answer, or does not answer for its partitions
   * @throws RefusedException when it refuses the request
   */
  Answer ask(MultiMap caller, Owner.Remote node, List<Integer> partitions, String uri, long millis);
}
