/**
 * The command that tells the history of a run.
 *
 * <p>Uses {@code deploy.cli}.
 */
@NullMarked
package io.flowledger.deploy.cli.story;

import org.jspecify.annotations.NullMarked;
