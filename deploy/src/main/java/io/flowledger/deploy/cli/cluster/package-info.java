/**
 * The command that shows the nodes of a cluster and who answers for which partition.
 *
 * <p>Uses {@code deploy.cli}.
 */
@NullMarked
package io.flowledger.deploy.cli.cluster;

import org.jspecify.annotations.NullMarked;
