/** The benchmarks: each measures one thing and prints one report. */
@NullMarked
package io.flowledger.bench.run;

import org.jspecify.annotations.NullMarked;
