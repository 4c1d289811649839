/**
 * Bytes of records and the events in them, in Confluent's wire format.
 *
 * <p>Uses {@code event}, {@code schemas}, {@code schemas.registry}.
 */
@NullMarked
package io.flowledger.schemas.serde;

import org.jspecify.annotations.NullMarked;
