/** Confluent's Schema Registry API over the schemas of the log. */
@NullMarked
package io.flowledger.deploy.registry;

import org.jspecify.annotations.NullMarked;
