/**
 * The history that the metadata service of Metaflow keeps in PostgreSQL.
 *
 * <p>Uses {@code deploy.cli}, {@code deploy.cli.migrate.history}.
 */
@NullMarked
package io.flowledger.deploy.cli.migrate.postgres;

import org.jspecify.annotations.NullMarked;
