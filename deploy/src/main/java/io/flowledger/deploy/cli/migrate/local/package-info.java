/**
 * The history in local folders of Metaflow.
 *
 * <p>Uses {@code deploy.cli}, {@code deploy.cli.migrate.history}, {@code schemas}.
 */
@NullMarked
package io.flowledger.deploy.cli.migrate.local;

import org.jspecify.annotations.NullMarked;
