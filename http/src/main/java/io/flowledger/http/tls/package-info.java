/**
 * TLS of a listening port: its certificate and key, from files that may be replaced while the
 * server runs, and which clients' certificates are believed.
 *
 * <p>Uses nothing of ours.
 */
@NullMarked
package io.flowledger.http.tls;

import org.jspecify.annotations.NullMarked;
