package io.flowledger.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.forward.OtherStatusException;
import io.flowledger.projector.readmodel.Owner;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import java.net.ConnectException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who answers at the address of a node, and under its name, before it joins the others. */
class OwnNameTest {

  private static final GroupWatch.Member SELF = new GroupWatch.Member("a-1", "a:8081");
  private static final GroupWatch.Member AS_IT_WAS = new GroupWatch.Member("a-1", "z:8081");
  private static final Future<String> REFUSED =
      Future.failedFuture(new ConnectException("Connection refused"));

  private final Map<String, Future<String>> answers = new HashMap<>(Map.of("a", saying("a-1", 0)));

  private static Future<String> saying(String instance, long lease) {
    return Future.succeededFuture(
        new Statement(instance, "1", false, lease, List.of(), List.of(), Map.of(), Map.of())
            .toJson());
  }

  private Optional<String> wrong(GroupWatch.Member... namesakes) {
    return new OwnName((node, question, millis) -> answers.getOrDefault(node.host(), REFUSED), SELF)
        .wrong(List.of(namesakes));
  }

  @Test
  void whoAnswersAtItsOwnAddressMayJoin() {
    assertThat(wrong()).isEmpty();
  }

  @Test
  void nobodyListensWhereItSaysThatItDoes() {
    answers.remove("a");
    assertThat(wrong())
        .contains(
            "nobody listens at a:8081, which this node advertises, see --advertised-url"
                + " (Connection refused); this node does not join");
  }

  @Test
  void anotherAnswersThere() {
    answers.put("a", saying("b-1", 4000));
    assertThat(wrong().orElseThrow()).startsWith("another node answers at a:8081");
    answers.put("a", Future.succeededFuture("<html>"));
    assertThat(wrong().orElseThrow()).startsWith("what answers at a:8081, ");
    answers.put(
        "a", Future.failedFuture(new OtherStatusException(new Owner.Remote("a", 8081), 403)));
    assertThat(wrong().orElseThrow()).startsWith("a node with another secret answers at a:8081");
  }

  @Test
  void whoCannotReachItselfMayBeReachedByOthers() {
    answers.put("a", Future.failedFuture(new ConnectTimeoutException("timed out")));
    assertThat(wrong()).isEmpty();
  }

  @Test
  void aNodeOfItsNameThatHasALeaseIsAnother() {
    answers.put("z", saying("a-1", 3000));
    assertThat(wrong(AS_IT_WAS))
        .contains(
            "the node at z:8081 has the name of this one, which the data folder has: is the data"
                + " folder a copy; this node does not join");
  }

  @Test
  void itselfAsItWasIsNot() {
    assertThat(wrong(AS_IT_WAS)).as("gone").isEmpty();
    answers.put("z", saying("a-1", 0));
    assertThat(wrong(AS_IT_WAS)).as("this process, by another name").isEmpty();
    answers.put("z", saying("b-1", 3000));
    assertThat(wrong(AS_IT_WAS)).as("another node that has its address now").isEmpty();
  }
}
