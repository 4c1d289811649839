/** Dead letters: what the projection has rejected, and how it gets into the log again. */
@NullMarked
package io.flowledger.deploy.letters;

import org.jspecify.annotations.NullMarked;
