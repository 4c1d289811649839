/**
 * The description of the endpoints in OpenAPI, and a page to read it.
 *
 * <p>Uses {@code http}, {@code http.refusal}, {@code projector.chain}.
 */
@NullMarked
package io.flowledger.deploy.openapi;

import org.jspecify.annotations.NullMarked;
