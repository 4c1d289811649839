/**
 * Audits: the proof that views and log are each other's.
 *
 * <p>Uses {@code projector.chain}, {@code projector.layout}, {@code projector.log}, {@code
 * projector.projection}, {@code projector.row}, {@code projector.store}, {@code schemas.serde},
 * {@code schemas.topic}.
 */
@NullMarked
package io.flowledger.projector.audit;

import org.jspecify.annotations.NullMarked;
