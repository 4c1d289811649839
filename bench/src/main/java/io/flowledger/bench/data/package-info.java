/** What is measured with: events as real runs make them, and the logs and stores that hold them. */
@NullMarked
package io.flowledger.bench.data;

import org.jspecify.annotations.NullMarked;
