/**
 * A schema registry elsewhere, over Confluent's REST API.
 *
 * <p>Uses {@code schemas.registry}, {@code schemas.registry.topic}.
 */
@NullMarked
package io.flowledger.schemas.registry.http;

import org.jspecify.annotations.NullMarked;
