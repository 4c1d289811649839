/**
 * The commands for dead letters.
 *
 * <p>Uses {@code deploy.cli}.
 */
@NullMarked
package io.flowledger.deploy.cli.deadletters;

import org.jspecify.annotations.NullMarked;
