/**
 * Processes that benchmarks start and watch.
 *
 * <p>Uses {@code bench.report}, {@code deploy.server}.
 */
@NullMarked
package io.flowledger.bench.process;

import org.jspecify.annotations.NullMarked;
