/**
 * Confluent's Schema Registry API over the schemas of the log.
 *
 * <p>Uses {@code http}, {@code http.refusal}, {@code schemas.registry}, {@code
 * schemas.registry.topic}.
 */
@NullMarked
package io.flowledger.deploy.registry;

import org.jspecify.annotations.NullMarked;
