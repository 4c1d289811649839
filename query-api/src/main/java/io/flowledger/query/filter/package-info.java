/**
 * Filters of listings: a field, an operator, a value.
 *
 * <p>Uses {@code http.refusal}, {@code projector.readmodel}.
 */
@NullMarked
package io.flowledger.query.filter;

import org.jspecify.annotations.NullMarked;
