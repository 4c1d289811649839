/**
 * What all commands for people share: the client of a running server, the terminal, tables, times.
 *
 * <p>Uses nothing of ours.
 */
@NullMarked
package io.flowledger.deploy.cli;

import org.jspecify.annotations.NullMarked;
