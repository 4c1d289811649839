/**
 * What is decided of a request before the endpoints: where it comes from, by way of which proxies,
 * whether that is allowed, what of its path is for the endpoints, and whether there is room for it
 * now.
 *
 * <p>Uses {@code http}, {@code http.refusal}, {@code http.tls}.
 */
@NullMarked
package io.flowledger.http.edge;

import org.jspecify.annotations.NullMarked;
