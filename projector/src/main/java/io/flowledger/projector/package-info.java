/**
 * The projection of the log into views, the layout of the views, and the Kafka Streams topology
 * that keeps them.
 */
@NullMarked
package io.flowledger.projector;

import org.jspecify.annotations.NullMarked;
