/**
 * Operators' endpoints that no other module owns: health, metrics, checkpoints, audits of a running
 * server.
 *
 * <p>Uses {@code deploy.audit}, {@code http}, {@code http.refusal}, {@code projector.audit}, {@code
 * projector.chain}, {@code projector.readmodel}, {@code projector.store}, {@code projector.text}.
 */
@NullMarked
package io.flowledger.deploy.admin;

import org.jspecify.annotations.NullMarked;
