package io.flowledger.deploy.it.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What is not so of commands that documents show: that they are run, end with 0, and print that.
 *
 * @param document from the root of the repository, or {@code *} for all
 * @param beginning what such commands begin with
 * @param reason names the test that does it, where one does
 */
record Deviation(Kind kind, String document, String beginning, String reason) {

  private static final String ANY = "*";

  /** In the file, in lower case and with dashes. */
  enum Kind {
    /** It cannot be run here, or another test does; commands of ours are only read. */
    NOT_RUN,
    /** The document shows it fail. */
    FAILS,
    /** What the document shows is printed elsewhere, or at another time. */
    PRINTS_OTHERWISE
  }

  /** A line each, its four parts between bars; {@code #} begins a comment. */
  static List<Deviation> read(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Deviation::of)
        .toList();
  }

  private static Deviation of(String line) {
    String[] parts = line.split(" *\\| *", -1);
    if (parts.length != 4 || List.of(parts).contains("")) {
      throw new IllegalArgumentException("not KIND | DOCUMENT | BEGINNING | REASON: " + line);
    }
    Kind kind = Kind.valueOf(parts[0].toUpperCase(Locale.ROOT).replace('-', '_'));
    return new Deviation(kind, parts[1], parts[2], parts[3]);
  }

  boolean isOf(String shownIn, String command) {
    return (document.equals(ANY) || document.equals(shownIn)) && command.startsWith(beginning);
  }
}
