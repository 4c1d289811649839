package io.flowledger.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Results in rows and columns, as aligned text or as Markdown. Columns of numbers are aligned
 * right.
 */
public final class Table {

  /** How a table is written. */
  public enum Format {
    TEXT,
    MARKDOWN
  }

  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9][0-9.,]*( ?%)?|-");
  private static final String GAP = "  ";

  private final String title;
  private final List<String> columns;
  private final List<List<String>> rows = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  public Table(String title, String... columns) {
    this.title = title;
    this.columns = List.of(columns);
  }

  /** Adds a row: one cell per column. */
  public Table row(Object... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "%d cells for %d columns".formatted(cells.length, columns.size()));
    }
    rows.add(java.util.Arrays.stream(cells).map(String::valueOf).toList());
    return this;
  }

  /** Adds a sentence that stands under the table. */
  public Table note(String note) {
    notes.add(note);
    return this;
  }

  String render(Format format) {
    int[] widths = new int[columns.size()];
    boolean[] right = new boolean[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      widths[i] = columns.get(i).length();
      right[i] = !rows.isEmpty();
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], row.get(column).length());
        right[i] &= NUMBER.matcher(row.get(column)).matches();
      }
    }
    StringBuilder out = new StringBuilder();
    boolean markdown = format == Format.MARKDOWN;
    out.append(markdown ? "### " : "").append(title).append(markdown ? "\n\n" : "\n");
    line(out, columns, widths, right, markdown);
    line(out, rules(widths, right, markdown), widths, right, markdown);
    rows.forEach(row -> line(out, row, widths, right, markdown));
    if (markdown && !notes.isEmpty()) {
      out.append('\n');
    }
    notes.forEach(note -> out.append(markdown ? "- " : "").append(note).append('\n'));
    return out.toString();
  }

  private static List<String> rules(int[] widths, boolean[] right, boolean markdown) {
    List<String> rules = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      boolean marked = markdown && right[i];
      rules.add("-".repeat(Math.max(1, marked ? widths[i] - 1 : widths[i])) + (marked ? ":" : ""));
    }
    return rules;
  }

  private static void line(
      StringBuilder out, List<String> cells, int[] widths, boolean[] right, boolean markdown) {
    StringBuilder line = new StringBuilder(markdown ? "| " : "");
    for (int i = 0; i < widths.length; i++) {
      if (i > 0) {
        line.append(markdown ? " | " : GAP);
      }
      String pad = " ".repeat(Math.max(0, widths[i] - cells.get(i).length()));
      line.append(right[i] ? pad + cells.get(i) : cells.get(i) + pad);
    }
    out.append(markdown ? line + " |" : line.toString().stripTrailing()).append('\n');
  }

  // ---- cells -----------------------------------------------------------------------------------

  /** A count or a rate, with separators of thousands. */
  public static String count(double value) {
    return String.format(Locale.ROOT, "%,d", Math.round(value));
  }

  public static String decimal(double value, int digits) {
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }

  public static String ratio(double part, double whole) {
    return whole > 0 ? decimal(part / whole, 3) : "-";
  }
}
