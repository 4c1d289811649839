/**
 * Exports as tables: a Parquet file for each kind of object, for warehouses and notebooks.
 *
 * <p>Uses {@code deploy.cli}, {@code schemas}.
 */
@NullMarked
package io.flowledger.deploy.cli.transfer.parquet;

import org.jspecify.annotations.NullMarked;
