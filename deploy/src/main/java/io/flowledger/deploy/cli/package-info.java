/**
 * The command line for people: clients of a running server, which they know by its HTTP API only.
 */
@NullMarked
package io.flowledger.deploy.cli;

import org.jspecify.annotations.NullMarked;
