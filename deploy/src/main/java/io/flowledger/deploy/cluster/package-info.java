/**
 * A node among others on one Kafka cluster: who is there, who answers for what, and until when.
 *
 * <p>Uses {@code http}.
 */
@NullMarked
package io.flowledger.deploy.cluster;

import org.jspecify.annotations.NullMarked;
