/** The program: configuration, start-up and shutdown, embedded Kafka, HTTP server, command line. */
@NullMarked
package io.flowledger.deploy;

import org.jspecify.annotations.NullMarked;
