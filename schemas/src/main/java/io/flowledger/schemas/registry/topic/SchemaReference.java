package io.flowledger.schemas.registry.topic;

/**
 * A schema that another one uses the types of.
 *
 * @param name full name of the type
 * @param subject that has it
 * @param version of the subject
 */
public record SchemaReference(String name, String subject, int version) {}
