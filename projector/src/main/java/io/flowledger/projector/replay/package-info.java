/**
 * Replays: the projection once more over a part of the log, for the past and for rehearsals of
 * imports.
 *
 * <p>Uses {@code projector.layout}, {@code projector.log}, {@code projector.projection}, {@code
 * projector.readmodel}, {@code projector.row}, {@code projector.store}, {@code schemas}, {@code
 * schemas.serde}.
 */
@NullMarked
package io.flowledger.projector.replay;

import org.jspecify.annotations.NullMarked;
