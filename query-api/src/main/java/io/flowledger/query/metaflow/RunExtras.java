package io.flowledger.query.metaflow;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.query.filter.Filters;
import io.vertx.core.MultiMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a listing of runs shows beyond what the reference service does, where the request asks for
 * it: {@code _with=number,status}.
 *
 * @param number also of runs that have a name, which are shown by that
 */
record RunExtras(boolean number, boolean status) {

  private static final String WITH = "_with";
  private static final String NUMBER = "number";
  private static final String STATUS = "status";

  /**
   * @throws RefusedException 400 when it asks for something else
   */
  static RunExtras of(MultiMap parameters) {
    Set<String> wanted =
        new HashSet<>(
            Optional.ofNullable(parameters.get(WITH)).map(Filters::values).orElse(List.of()));
    RunExtras extras = new RunExtras(wanted.remove(NUMBER), wanted.remove(STATUS));
    if (!wanted.isEmpty()) {
      throw RefusedException.malformed(
          "'%s' is nothing that runs can be listed with; there are number and status"
              .formatted(wanted.iterator().next()));
    }
    return extras;
  }
}
