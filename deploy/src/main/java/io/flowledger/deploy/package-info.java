/**
 * The program: {@code main}, {@code serve}, and commands that work on a data folder.
 *
 * <p>Uses {@code deploy.access}, {@code deploy.audit}, {@code deploy.cli}, {@code
 * deploy.cli.audit}, {@code deploy.cli.cluster}, {@code deploy.cli.deadletters}, {@code
 * deploy.cli.dev}, {@code deploy.cli.migrate}, {@code deploy.cli.show}, {@code deploy.cli.status},
 * {@code deploy.cli.story}, {@code deploy.cli.transfer}, {@code deploy.config}, {@code
 * deploy.config.edge}, {@code deploy.copy}, {@code deploy.mcp}, {@code deploy.server}, {@code
 * http}, {@code http.access}, {@code http.edge}, {@code projector}, {@code projector.audit}, {@code
 * projector.chain}, {@code schemas.registry}, {@code schemas.serde}, {@code schemas.topic}.
 */
@NullMarked
package io.flowledger.deploy;

import org.jspecify.annotations.NullMarked;
