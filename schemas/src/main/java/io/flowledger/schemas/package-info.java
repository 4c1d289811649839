/** The public contract of the log: events, wire format, schema registries, topics, identifiers. */
@NullMarked
package io.flowledger.schemas;

import org.jspecify.annotations.NullMarked;
