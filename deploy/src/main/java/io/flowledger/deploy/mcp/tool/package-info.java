/**
 * Tools for models: questions that they ask of a server by its HTTP API, and short answers.
 *
 * <p>Uses {@code deploy.cli}, {@code deploy.cli.story}.
 */
@NullMarked
package io.flowledger.deploy.mcp.tool;

import org.jspecify.annotations.NullMarked;
