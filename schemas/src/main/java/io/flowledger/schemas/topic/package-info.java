/**
 * Topics as they have to be: named, made, checked, read to their end.
 *
 * <p>Uses nothing of ours.
 */
@NullMarked
package io.flowledger.schemas.topic;

import org.jspecify.annotations.NullMarked;
