/**
 * Refusals of the domain, by reason. Knows nothing of HTTP, so that the write path need not.
 *
 * <p>Uses nothing of ours.
 */
@NullMarked
package io.flowledger.http.refusal;

import org.jspecify.annotations.NullMarked;
