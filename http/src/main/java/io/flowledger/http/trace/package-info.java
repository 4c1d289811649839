/**
 * The distributed trace that a request is part of, by W3C's Trace Context, and how long its parts
 * have taken. Knows nothing of HTTP and of those whom traces are sent to.
 *
 * <p>Uses nothing of ours.
 */
@NullMarked
package io.flowledger.http.trace;

import org.jspecify.annotations.NullMarked;
