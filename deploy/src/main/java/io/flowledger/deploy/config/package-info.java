/**
 * Settings: a record and a set of options for each group.
 *
 * <p>Uses {@code deploy.access}, {@code http}, {@code http.access}, {@code http.accesslog}, {@code
 * http.edge}, {@code ingest}, {@code ingest.body}, {@code ingest.bulk.entry}, {@code query}, {@code
 * schemas.registry.http}.
 */
@NullMarked
package io.flowledger.deploy.config;

import org.jspecify.annotations.NullMarked;
