/** Benchmarks: what they measure, how they load the server, and the tables that they print. */
@NullMarked
package io.flowledger.bench;

import org.jspecify.annotations.NullMarked;
