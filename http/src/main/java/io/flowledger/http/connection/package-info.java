/**
 * What of HTTP/1.1 is decided before there is a request: which heads are read in one way only, and
 * that a connection has one request at a time. Works on the pipeline of Netty below Vert.x.
 *
 * <p>Uses nothing of ours.
 */
@NullMarked
package io.flowledger.http.connection;

import org.jspecify.annotations.NullMarked;
