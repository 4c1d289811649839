/**
 * The commands that show objects and differences, and search.
 *
 * <p>Uses {@code deploy.cli}.
 */
@NullMarked
package io.flowledger.deploy.cli.show;

import org.jspecify.annotations.NullMarked;
