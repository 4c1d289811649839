/**
 * Bodies of requests, parsed and checked. Knows nothing of HTTP.
 *
 * <p>Uses {@code event}, {@code http.refusal}, {@code schemas}.
 */
@NullMarked
package io.flowledger.ingest.body;

import org.jspecify.annotations.NullMarked;
