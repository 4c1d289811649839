/**
 * A schema registry in a topic of our own, in Confluent's records.
 *
 * <p>Uses {@code schemas.registry}, {@code schemas.topic}.
 */
@NullMarked
package io.flowledger.schemas.registry.topic;

import org.jspecify.annotations.NullMarked;
