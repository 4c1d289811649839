package io.flowledger.query;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.List;

/** Query strings as tests write them, and the rows that they ask for. */
public final class Queries {

  private Queries() {}

  /** What the server makes of a query string. */
  public static MultiMap parameters(String query) {
    MultiMap parameters = MultiMap.caseInsensitiveMultiMap();
    new QueryStringDecoder("?" + query).parameters().forEach(parameters::add);
    return parameters;
  }

  /** Numbers with blanks between them; none in an empty text. */
  public static List<Long> numbers(String text) {
    return Arrays.stream(text.split(" ")).filter(n -> !n.isEmpty()).map(Long::valueOf).toList();
  }
}
