/**
 * What Kafka Streams lacks: where a poll ends, who one is in the group, records without a key, and
 * going on after a fault.
 *
 * <p>Uses {@code projector.store}.
 */
@NullMarked
package io.flowledger.projector.streams;

import org.jspecify.annotations.NullMarked;
