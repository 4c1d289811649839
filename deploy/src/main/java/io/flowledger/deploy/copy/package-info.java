/**
 * Copies of a whole log to other topics with other partitions, step by step, and compared at the
 * end.
 *
 * <p>Uses {@code event}, {@code projector.chain}, {@code schemas.registry}, {@code schemas.serde},
 * {@code schemas.topic}.
 */
@NullMarked
package io.flowledger.deploy.copy;

import org.jspecify.annotations.NullMarked;
