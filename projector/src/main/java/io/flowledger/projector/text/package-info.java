/**
 * Text: JSON as Python writes it, and the order of names.
 *
 * <p>Uses nothing of ours.
 */
@NullMarked
package io.flowledger.projector.text;

import org.jspecify.annotations.NullMarked;
