/**
 * The server of one developer: its folder, and what a shell is told of it.
 *
 * <p>Uses {@code deploy.cli}.
 */
@NullMarked
package io.flowledger.deploy.cli.dev;

import org.jspecify.annotations.NullMarked;
