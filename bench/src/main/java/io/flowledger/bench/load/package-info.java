/** Load on a server: the requests, and the clients that send them and measure the answers. */
@NullMarked
package io.flowledger.bench.load;

import org.jspecify.annotations.NullMarked;
