/**
 * TODO
 *
 * <p>Uses {@code event}, {@code http.refusal}, {@code ingest.body}.
 */
@NullMarked
package io.flowledger.ingest.bulk.entry;

import org.jspecify.annotations.NullMarked;
