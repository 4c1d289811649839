package io.flowledger.projector.readmodel;

import java.util.OptionalLong;

/**
 * What a past state is of.
 *
 * @param run number of the run whose objects it has all of; where empty, it has the flow and all
 *     its runs, but of what is in the runs only what is shown with them
 */
public record PastScope(String flowId, OptionalLong run) {}
