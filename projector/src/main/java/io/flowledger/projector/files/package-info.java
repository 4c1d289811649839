/**
 * Files: small ones, read without harm whatever has become of them.
 *
 * <p>Uses nothing of ours.
 */
@NullMarked
package io.flowledger.projector.files;

import org.jspecify.annotations.NullMarked;
