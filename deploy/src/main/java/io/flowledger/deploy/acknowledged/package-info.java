/**
 * Acknowledgements: what a data folder with an embedded Kafka has promised to keep, in a file apart
 * from the log, and the check of the folder against it.
 *
 * <p>Uses {@code projector.chain}, {@code projector.files}, {@code schemas.topic}.
 */
@NullMarked
package io.flowledger.deploy.acknowledged;

import org.jspecify.annotations.NullMarked;
