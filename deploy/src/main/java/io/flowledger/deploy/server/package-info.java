/**
 * A node: its parts, in the order in which they start, and its embedded Kafka.
 *
 * <p>Uses {@code deploy.access}, {@code deploy.acknowledged}, {@code deploy.admin}, {@code
 * deploy.cluster}, {@code deploy.config}, {@code deploy.copy}, {@code deploy.mcp}, {@code
 * deploy.openapi}, {@code deploy.registry}, {@code deploy.telemetry}, {@code http}, {@code
 * http.access}, {@code http.accesslog}, {@code http.connection}, {@code http.edge}, {@code
 * http.forward}, {@code http.refusal}, {@code http.telemetry}, {@code http.tls}, {@code
 * http.trace}, {@code ingest}, {@code ingest.deadletters}, {@code ingest.imports}, {@code
 * ingest.log}, {@code ingest.numbers}, {@code projector}, {@code projector.audit}, {@code
 * projector.files}, {@code projector.readmodel}, {@code projector.store}, {@code
 * projector.streams}, {@code query}, {@code schemas}, {@code schemas.registry}, {@code
 * schemas.registry.http}, {@code schemas.registry.topic}, {@code schemas.serde}, {@code
 * schemas.topic}.
 */
@NullMarked
package io.flowledger.deploy.server;

import org.jspecify.annotations.NullMarked;
