/**
 * Between the nodes of a cluster: requests that go on to the node that answers for them, and what
 * stands before the endpoints of the port that they come in by.
 *
 * <p>Uses {@code http}, {@code http.refusal}, {@code projector.readmodel}.
 */
@NullMarked
package io.flowledger.http.forward;

import org.jspecify.annotations.NullMarked;
