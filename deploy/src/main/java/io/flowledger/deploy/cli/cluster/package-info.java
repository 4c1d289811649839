/**
 * TODO
 *
 * <p>Uses {@code deploy.cli}.
 */
@NullMarked
package io.flowledger.deploy.cli.cluster;

import org.jspecify.annotations.NullMarked;
