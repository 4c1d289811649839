/**
 * Compares a history with what a server answers.
 *
 * <p>Uses {@code deploy.cli}, {@code deploy.cli.migrate.history}, {@code projector.chain}.
 */
@NullMarked
package io.flowledger.deploy.cli.migrate.verify;

import org.jspecify.annotations.NullMarked;
