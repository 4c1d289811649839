/**
 * Who is known to a server, as files say it.
 *
 * <p>Uses {@code http}, {@code http.access}, {@code http.edge}, {@code http.refusal}, {@code
 * projector.chain}.
 */
@NullMarked
package io.flowledger.deploy.access;

import org.jspecify.annotations.NullMarked;
