/**
 * Data of benchmarks: flows, runs and events as real clients make them, and what writes them raw.
 *
 * <p>Uses {@code bench.load}, {@code bench.process}, {@code bench.report}, {@code deploy.server},
 * {@code event}, {@code schemas}, {@code schemas.registry.topic}, {@code schemas.serde}, {@code
 * schemas.topic}.
 */
@NullMarked
package io.flowledger.bench.data;

import org.jspecify.annotations.NullMarked;
