/**
 * Reports of benchmarks: tables, and what they say of the machine.
 *
 * <p>Uses {@code deploy.config}.
 */
@NullMarked
package io.flowledger.bench.report;

import org.jspecify.annotations.NullMarked;
