package io.flowledger.deploy.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of cells, in columns as wide as they need to be, with or without a heading. */
public final class Table {

  private static final String GAP = "  ";

  private final Colours colours;
  private final String indent;
  private final List<List<Cell>> rows = new ArrayList<>();

  /** A text and what it means. */
  public record Cell(String text, Tone tone) {

    public static Cell of(String text) {
      return new Cell(text, Tone.PLAIN);
    }

    int width() {
      return text.codePointCount(0, text.length());
    }
  }

  public Table(Colours colours, String indent) {
    this.colours = colours;
    this.indent = indent;
  }

  public Table(Colours colours) {
    this(colours, "");
  }

  public Table heading(String... columns) {
    rows.add(Arrays.stream(columns).map(column -> new Cell(column, Tone.STRONG)).toList());
    return this;
  }

  /** Adds a row; it may be shorter than others. */
  public Table row(Cell... cells) {
    rows.add(List.of(cells));
    return this;
  }

  public Table row(String... cells) {
    rows.add(Arrays.stream(cells).map(Cell::of).toList());
    return this;
  }

  /** The lines, each with its end. */
  public String render() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = IntStream.range(0, columns).map(this::width).toArray();
    StringBuilder text = new StringBuilder();
    for (List<Cell> row : rows) {
      text.append(line(row, widths)).append('\n');
    }
    return text.toString();
  }

  private int width(int column) {
    return rows.stream()
        .filter(row -> row.size() > column)
        .mapToInt(row -> row.get(column).width())
        .max()
        .orElse(0);
  }

  /** Padding comes before the next cell that is not empty, so no line ends with any. */
  private String line(List<Cell> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    int pending = 0;
    for (int i = 0; i < row.size(); i++) {
      Cell cell = row.get(i);
      if (!cell.text().isEmpty()) {
        line.append(line.isEmpty() ? indent : "").append(" ".repeat(pending));
        line.append(colours.paint(cell.tone(), cell.text()));
        pending = 0;
      }
      pending += widths[i] - cell.width() + GAP.length();
    }
    return line.toString();
  }
}
