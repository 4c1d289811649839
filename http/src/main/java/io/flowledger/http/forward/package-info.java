/**
 * Between the nodes of a cluster: requests that go on to the node that answers for them, parts that
 * are asked of all, and what stands before the endpoints of the internal port.
 *
 * <p>Uses {@code http}, {@code http.access}, {@code http.refusal}, {@code projector.readmodel},
 * {@code schemas}.
 */
@NullMarked
package io.flowledger.http.forward;

import org.jspecify.annotations.NullMarked;
