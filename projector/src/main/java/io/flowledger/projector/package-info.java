/**
 * The running projector: the Kafka Streams topology, the views that are here, how far they are, and
 * their rebuild before the start.
 *
 * <p>Uses {@code projector.chain}, {@code projector.files}, {@code projector.log}, {@code
 * projector.projection}, {@code projector.readmodel}, {@code projector.replay}, {@code
 * projector.row}, {@code projector.store}, {@code projector.streams}, {@code schemas}, {@code
 * schemas.registry}, {@code schemas.serde}, {@code schemas.topic}.
 */
@NullMarked
package io.flowledger.projector;

import org.jspecify.annotations.NullMarked;
