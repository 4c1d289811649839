/**
 * Options of what stands between a server and the network.
 *
 * <p>Uses {@code deploy.config}, {@code http.edge}, {@code http.tls}.
 */
@NullMarked
package io.flowledger.deploy.config.edge;

import org.jspecify.annotations.NullMarked;
