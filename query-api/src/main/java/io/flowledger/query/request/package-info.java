/**
 * What a read asks for: object, moment, position, page.
 *
 * <p>Uses {@code http}, {@code http.access}, {@code http.forward}, {@code http.refusal}, {@code
 * projector.readmodel}, {@code projector.row}, {@code projector.text}, {@code schemas}.
 */
@NullMarked
package io.flowledger.query.request;

import org.jspecify.annotations.NullMarked;
