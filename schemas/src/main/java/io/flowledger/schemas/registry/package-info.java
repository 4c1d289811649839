/**
 * Schema registries, as those who write and read events see them: the contract.
 *
 * <p>Uses nothing of ours.
 */
@NullMarked
package io.flowledger.schemas.registry;

import org.jspecify.annotations.NullMarked;
