package io.flowledger.query.search;

import io.flowledger.http.access.Access;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.Facet;
import io.flowledger.query.request.EpochMillis;
import io.flowledger.query.request.ReadRequest;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Optional;

/**
 * A search: what a request looks for, and where.
 *
 * @param wanted values of the facet
 * @param flowId of the only flow to search; empty for all
 * @param views that have the flow, or all flows
 * @param since what is older is not shown, epoch milliseconds
 * @param access to flows: what is of others is not shown
 */
record SearchRequest(
    Facet facet,
    ValueMatch wanted,
    Optional<String> flowId,
    List<View> views,
    long since,
    Access access) {

  private static final String FIELD = "field";
  private static final String VALUE = "value";
  private static final String TAG = "tag";

  /**
   * @param partitions to search
   * @throws RefusedException 400 when the request makes no sense
   */
  static SearchRequest of(ReadRequest read, List<Integer> partitions) {
    MultiMap parameters = read.parameters();
    Facet facet = facet(given(parameters, FIELD), given(parameters, TAG));
    Optional<String> value = given(parameters, facet instanceof Facet.Tag ? TAG : VALUE);
    if (facet instanceof Facet.Tag && parameters.contains(VALUE)) {
      throw RefusedException.malformed("value goes with field, not with tag");
    }
    ValueMatch wanted =
        ValueMatch.of(
            given(parameters, "op").orElse("eq"),
            value.orElseThrow(() -> RefusedException.malformed("field needs a value")));
    Optional<String> flowId = flowId(read);
    return new SearchRequest(
        facet,
        wanted,
        flowId,
        read.views(partitions),
        given(parameters, "since")
            .map(text -> EpochMillis.parse("since", text))
            .orElse(Long.MIN_VALUE),
        read.access());
  }

  /** The only flow that a request searches. */
  static Optional<String> flowId(ReadRequest read) {
    return given(read.parameters(), "flow");
  }

  private static Facet facet(Optional<String> field, Optional<String> tag) {
    if (field.isPresent() && tag.isPresent()) {
      throw RefusedException.malformed("a search is by field or by tag, not by both");
    }
    if (tag.isPresent()) {
      return new Facet.Tag();
    }
    String name =
        field.orElseThrow(
            () -> RefusedException.malformed("a search needs a field and its value, or a tag"));
    if (name.indexOf('\0') >= 0) {
      throw RefusedException.malformed("field must not contain a zero character");
    }
    return new Facet.Field(name);
  }

  private static Optional<String> given(MultiMap parameters, String name) {
    Optional<String> text = Optional.ofNullable(parameters.get(name));
    if (text.filter(String::isEmpty).isPresent()) {
      throw RefusedException.malformed(name + " must not be empty");
    }
    return text;
  }
}
