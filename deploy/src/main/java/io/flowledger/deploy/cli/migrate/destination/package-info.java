/**
 * The server that a history is moved to: what it has, and what it imports.
 *
 * <p>Uses {@code deploy.cli}, {@code deploy.cli.migrate.history}.
 */
@NullMarked
package io.flowledger.deploy.cli.migrate.destination;

import org.jspecify.annotations.NullMarked;
