package io.flowledger.deploy.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.flowledger.projector.readmodel.Owner;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, before a node joins the others, whether it is the one that answers at the address that it
 * advertises, and whether nobody else answers under its name.
 */
final class OwnName {

  private static final Logger LOG = LoggerFactory.getLogger(OwnName.class);
  private static final long ASK_LIMIT_MS = 1000;
  private static final int TRIES = 5;
  private static final long PAUSE_MS = 200;
  private static final String NOT_JOINING = "; this node does not join";

  private final Peers.Line line;
  private final GroupWatch.Member self;

  OwnName(Peers.Line line, GroupWatch.Member self) {
    this.line = line;
    this.self = self;
  }

  /**
   * Blocks for some seconds at most.
   *
   * @param namesakes members of the group that have the name of this node, and another address
   * @return why this node must not join; empty where it may
   */
  Optional<String> wrong(List<GroupWatch.Member> namesakes) {
    Optional<String> wrong = atOwnAddress();
    for (GroupWatch.Member namesake : namesakes) {
      wrong = wrong.or(() -> of(namesake));
    }
    return wrong.map(reason -> reason + NOT_JOINING);
  }

  private Optional<String> atOwnAddress() {
    String address = self.address();
    String nobody = "";
    for (int tries = 0; tries < TRIES; tries++) {
      try {
        return ask(self).instance().equals(self.instance())
            ? Optional.empty()
            : Optional.of(
                "another node answers at %s, which this one advertises, see --advertised-url"
                    .formatted(address));
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (Peers.isForbidden(cause)) {
          return Optional.of(
              "a node with another secret answers at %s, which this one advertises, see"
                      .formatted(address)
                  + " --advertised-url and --cluster-secret-file");
        }
        if (!Peers.isRefusal(cause)) {
          LOG.warn(
              "this node does not reach its own address {}: {}; if the others do not either, see"
                  + " --advertised-url",
              address,
              String.valueOf(cause.getMessage()));
          return Optional.empty();
        }
        nobody = String.valueOf(cause.getMessage());
        pause();
      } catch (JsonProcessingException | RuntimeException e) {
        return Optional.of(
            "what answers at %s, which this node advertises, is no node of a cluster, see"
                    .formatted(address)
                + " --advertised-url");
      }
    }
    return Optional.of(
        "nobody listens at %s, which this node advertises, see --advertised-url (%s)"
            .formatted(address, nobody));
  }

  /** One that has a lease lives; this node as it was, or at another of its addresses, has none. */
  private Optional<String> of(GroupWatch.Member namesake) {
    try {
      Statement said = ask(namesake);
      return said.instance().equals(self.instance()) && said.leaseMillis() > 0
          ? Optional.of(
              "the node at %s has the name of this one, which the data folder has: is the data"
                      .formatted(namesake.address())
                  + " folder a copy")
          : Optional.empty();
    } catch (ExecutionException | JsonProcessingException | RuntimeException gone) {
      return Optional.empty();
    }
  }

  private Statement ask(GroupWatch.Member member)
      throws ExecutionException, JsonProcessingException {
    Owner.Remote place = Owner.Remote.at(member.address());
    try {
      return Statement.parse(
          line.ask(place, InternalRoutes.NODE, ASK_LIMIT_MS)
              .toCompletionStage()
              .toCompletableFuture()
              .get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
