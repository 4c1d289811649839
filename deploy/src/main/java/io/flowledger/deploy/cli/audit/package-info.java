/**
 * The commands of the audit: proving what the views are made of, and telling the heads of the log,
 * signed.
 *
 * <p>Uses {@code deploy.audit}, {@code deploy.cli}, {@code projector.audit}, {@code
 * projector.chain}, {@code projector.text}.
 */
@NullMarked
package io.flowledger.deploy.cli.audit;

import org.jspecify.annotations.NullMarked;
