/**
 * The JSON of an audit, which the server writes and the command line reads.
 *
 * <p>Uses {@code projector.audit}, {@code projector.chain}, {@code projector.text}.
 */
@NullMarked
package io.flowledger.deploy.audit;

import org.jspecify.annotations.NullMarked;
