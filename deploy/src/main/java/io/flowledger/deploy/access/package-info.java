/**
 * Who is known to a server, as files say it.
 *
 * <p>Uses {@code http.access}.
 */
@NullMarked
package io.flowledger.deploy.access;

import org.jspecify.annotations.NullMarked;
