package io.flowledger.deploy.cli.migrate.move;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a migration is.
 *
 * @param source what is moved
 * @param moment what has been written later has to be looked for
 * @param flow in which everything has been copied up to a run, null where nothing has
 * @param run number of that
 * @param copied whether all that was there at the beginning is moved
 */
record State(
    @JsonProperty("source") String source,
    @JsonProperty("moment") String moment,
    @JsonProperty("flow") @Nullable String flow,
    @JsonProperty("run") long run,
    @JsonProperty("copied") boolean copied) {

  static State begin(String source, String moment) {
    return new State(source, moment, null, 0, false);
  }

  State at(Reached reached) {
    return new State(source, moment, reached.flow(), reached.run(), false);
  }

  State upTo(String later) {
    return new State(source, later, flow, run, true);
  }

  Optional<Reached> reached() {
    return Optional.ofNullable(flow).map(name -> new Reached(name, run));
  }

  /** Everything up to this run is moved, by the names of flows and the numbers of runs. */
  record Reached(String flow, long run) {}
}
