/** The write endpoints: request, validation, numbering, event, append, wait, answer. */
@NullMarked
package io.flowledger.ingest;

import org.jspecify.annotations.NullMarked;
