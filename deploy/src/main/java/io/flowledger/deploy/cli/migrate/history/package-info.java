/**
 * Histories of Metaflow in other stores: what they hold, whichever store it is, and the events that
 * it becomes.
 *
 * <p>Uses {@code projector.chain}, {@code projector.text}, {@code schemas}.
 */
@NullMarked
package io.flowledger.deploy.cli.migrate.history;

import org.jspecify.annotations.NullMarked;
