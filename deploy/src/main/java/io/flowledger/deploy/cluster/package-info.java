/**
 * A node among others on one Kafka cluster: who is there, who answers for what, and until when.
 *
 * <p>Uses {@code http}, {@code http.forward}, {@code http.refusal}, {@code projector}, {@code
 * projector.readmodel}, {@code projector.row}, {@code projector.text}, {@code schemas}.
 */
@NullMarked
package io.flowledger.deploy.cluster;

import org.jspecify.annotations.NullMarked;
