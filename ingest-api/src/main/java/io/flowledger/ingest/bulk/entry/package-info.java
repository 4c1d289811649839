/**
 * The entries of bulk requests: how a body is cut into them, and what each says.
 *
 * <p>Uses {@code event}, {@code http.refusal}, {@code ingest.body}.
 */
@NullMarked
package io.flowledger.ingest.bulk.entry;

import org.jspecify.annotations.NullMarked;
