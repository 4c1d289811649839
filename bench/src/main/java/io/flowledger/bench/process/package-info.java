/** The program as users run it, started and watched as a process of its own. */
@NullMarked
package io.flowledger.bench.process;

import org.jspecify.annotations.NullMarked;
