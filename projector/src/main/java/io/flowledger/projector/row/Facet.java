package io.flowledger.projector.row;

/** What runs are found by. */
public sealed interface Facet {

  /** The values of a field of metadata, whichever task has them. */
  record Field(String name) implements Facet {}

  /** The tags, the user's and the system's. */
  record Tag() implements Facet {}
}
