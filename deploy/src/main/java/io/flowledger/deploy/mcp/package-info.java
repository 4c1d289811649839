/**
 * The Model Context Protocol: tools for models over standard input and output, and over HTTP.
 *
 * <p>Uses {@code deploy.cli}, {@code deploy.mcp.tool}, {@code http}, {@code http.refusal}.
 */
@NullMarked
package io.flowledger.deploy.mcp;

import org.jspecify.annotations.NullMarked;
