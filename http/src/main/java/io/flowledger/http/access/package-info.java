/**
 * Who may do what: credentials, their roles, and the gate that asks for them.
 *
 * <p>Uses {@code http}, {@code http.refusal}.
 */
@NullMarked
package io.flowledger.http.access;

import org.jspecify.annotations.NullMarked;
