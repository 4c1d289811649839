/**
 * Moves a history: looks whether it fits, copies it, follows what is written meanwhile.
 *
 * <p>Uses {@code deploy.cli}, {@code deploy.cli.migrate.destination}, {@code
 * deploy.cli.migrate.history}.
 */
@NullMarked
package io.flowledger.deploy.cli.migrate.move;

import org.jspecify.annotations.NullMarked;
