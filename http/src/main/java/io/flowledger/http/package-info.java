/** The HTTP server and what all endpoints share, whichever module they are in. */
@NullMarked
package io.flowledger.http;

import org.jspecify.annotations.NullMarked;
