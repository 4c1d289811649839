/**
 * The history that a service answers over HTTP.
 *
 * <p>Uses {@code deploy.cli}, {@code deploy.cli.migrate.history}.
 */
@NullMarked
package io.flowledger.deploy.cli.migrate.http;

import org.jspecify.annotations.NullMarked;
