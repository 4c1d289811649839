/**
 * Filters of listings: a field, an operator, a value.
 *
 * <p>Uses {@code http.refusal}.
 */
@NullMarked
package io.flowledger.query.filter;

import org.jspecify.annotations.NullMarked;
