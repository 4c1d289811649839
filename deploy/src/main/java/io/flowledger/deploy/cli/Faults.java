package io.flowledger.deploy.cli;

import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What a fault is for whoever reads one line of it: no stack, no name of a class. */
public final class Faults {

  private static final Pattern CLASS =
      Pattern.compile("\\b(?:[a-z][a-z0-9_]*\\.){2,}[A-Z][A-Za-z0-9_$]*(?:: *)?");
  private static final int MOST_CAUSES = 10;

  private Faults() {}

  /** Why something cannot be read or written; empty where that is not known. */
  public static Optional<String> reason(Throwable fault) {
    Throwable cause = fault;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      Optional<String> known = known(cause).or(said(cause));
      if (known.isPresent()) {
        return known;
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  /** The same; as a last resort what kind of fault it is. */
  public static String why(Throwable fault) {
    return reason(fault).orElseGet(() -> simple(fault));
  }

  /**
   * The same of a fault that nobody has foreseen.
   *
   * @param what for example {@code the command has failed}
   */
  public static String unforeseen(String what, Throwable fault) {
    String kind = simple(fault);
    return what
        + " ("
        + kind
        + reason(fault).map(why -> why.equals(kind) ? "" : ": " + why).orElse("")
        + ")";
  }

  private static String simple(Throwable fault) {
    return fault.getClass().getSimpleName().replaceAll("(?<=.)(?:Exception|Error)$", "");
  }

  private static Optional<String> known(Throwable fault) {
    if (fault instanceof NoSuchFileException) {
      return Optional.of("it is not there");
    } else if (fault instanceof AccessDeniedException) {
      return Optional.of("permission denied");
    } else if (fault instanceof FileAlreadyExistsException) {
      return Optional.of("it is there already");
    } else if (fault instanceof NotDirectoryException) {
      return Optional.of("it is no folder");
    } else if (fault instanceof DirectoryNotEmptyException) {
      return Optional.of("it is a folder with something in it");
    } else if (fault instanceof CharacterCodingException) {
      return Optional.of("it is not UTF-8");
    } else if (fault instanceof FileSystemException file && file.getReason() != null) {
      return Optional.of(file.getReason());
    } else if (fault instanceof StackOverflowError) {
      return Optional.of("it is nested too deep");
    } else if (fault instanceof OutOfMemoryError) {
      return Optional.of("out of memory");
    }
    return Optional.empty();
  }

  /** A cause that says only what led to it says nothing itself. */
  private static Supplier<Optional<String>> said(Throwable fault) {
    return () -> {
      String message = fault.getMessage();
      if (message == null) {
        return Optional.empty();
      }
      String said = CLASS.matcher(message).replaceAll("").strip();
      return said.isEmpty() || said.equals("null")
          ? Optional.empty()
          : Optional.of(Visible.shortened(said.lines().findFirst().orElse("")));
    };
  }
}
