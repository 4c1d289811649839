package io.flowledger.http.access;

/**
 * Who has proven to be somebody.
 *
 * @param name that events and answers tell; never the secret
 */
public record Credential(String name, Role role) {}
