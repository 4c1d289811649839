/** Benchmarks of the code on the hot paths, run by JMH in this process or a fork of it. */
@NullMarked
package io.flowledger.bench.jmh;

import org.jspecify.annotations.NullMarked;
