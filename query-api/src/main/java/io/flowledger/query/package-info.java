/** The read endpoints: objects, listings, filters, cursors. */
@NullMarked
package io.flowledger.query;

import org.jspecify.annotations.NullMarked;
