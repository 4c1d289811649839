/**
 * The command line of the audit: proving what the views are made of, and telling the heads of the
 * log, signed.
 */
@NullMarked
package io.flowledger.deploy.audit;

import org.jspecify.annotations.NullMarked;
