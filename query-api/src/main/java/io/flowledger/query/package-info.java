/**
 * The face of the read endpoints: which request goes where, the settings, the meters.
 *
 * <p>Uses {@code http}, {@code http.forward}, {@code projector.readmodel}, {@code query.answer},
 * {@code query.diff}, {@code query.history}, {@code query.log}, {@code query.metaflow}, {@code
 * query.request}, {@code query.search}, {@code query.status}.
 */
@NullMarked
package io.flowledger.query;

import org.jspecify.annotations.NullMarked;
