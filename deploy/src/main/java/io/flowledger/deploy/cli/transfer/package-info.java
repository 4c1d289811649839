/**
 * The commands that export and import histories.
 *
 * <p>Uses {@code deploy.cli}, {@code deploy.cli.transfer.parquet}, {@code projector.text}.
 */
@NullMarked
package io.flowledger.deploy.cli.transfer;

import org.jspecify.annotations.NullMarked;
