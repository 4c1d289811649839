/**
 * The command {@code migrate}: moving in, with all history.
 *
 * <p>Uses {@code deploy.cli}, {@code deploy.cli.migrate.destination}, {@code
 * deploy.cli.migrate.history}, {@code deploy.cli.migrate.http}, {@code deploy.cli.migrate.local},
 * {@code deploy.cli.migrate.move}, {@code deploy.cli.migrate.postgres}, {@code
 * deploy.cli.migrate.verify}.
 */
@NullMarked
package io.flowledger.deploy.cli.migrate;

import org.jspecify.annotations.NullMarked;
