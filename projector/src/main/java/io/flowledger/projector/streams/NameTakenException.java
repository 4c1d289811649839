package io.flowledger.projector.streams;

/** Another process is in the group under the name of this one, and stays there. */
public final class NameTakenException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  NameTakenException(Throwable cause) {
    super(
        "another process has the name of this one in the group: is the data folder a copy, or is"
            + " it used by two nodes? Each node needs one of its own; remove the file instance-id"
            + " from a copy",
        cause);
  }
}
