/**
 * The command that says where runs stand.
 *
 * <p>Uses {@code deploy.cli}.
 */
@NullMarked
package io.flowledger.deploy.cli.status;

import org.jspecify.annotations.NullMarked;
