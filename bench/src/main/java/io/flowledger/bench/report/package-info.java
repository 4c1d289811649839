/**
 * The report of a benchmark: its tables, the host, and everything that has to be gone at the end.
 */
@NullMarked
package io.flowledger.bench.report;

import org.jspecify.annotations.NullMarked;
