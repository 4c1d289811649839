package io.flowledger.deploy.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Metaflow's name of an object: {@code Flow/run/step/task/artifact}, or the beginning of it.
 *
 * @param parts one to five
 */
public record Pathspec(List<String> parts) {

  private static final int MOST = 5;

  public Pathspec {
    parts = List.copyOf(parts);
  }

  public static Pathspec of(String... parts) {
    return new Pathspec(List.of(parts));
  }

  public String flow() {
    return parts.get(0);
  }

  /** How many parts it has: 1 names a flow, 2 a run. */
  public int depth() {
    return parts.size();
  }

  public boolean isRun() {
    return depth() == 2;
  }

  /** Whether a URL can name it: these two are steps in any path, however they are escaped. */
  public boolean isReachable() {
    return parts.stream().noneMatch(part -> part.equals(".") || part.equals(".."));
  }

  Pathspec child(String part) {
    return new Pathspec(Stream.concat(parts.stream(), Stream.of(part)).toList());
  }

  @Override
  public String toString() {
    return String.join("/", parts);
  }

  /** Reads an argument. */
  public static final class Converter implements ITypeConverter<Pathspec> {

    @Override
    public Pathspec convert(String text) {
      List<String> parts = Arrays.asList(text.split("/"));
      if (text.isEmpty() || parts.isEmpty() || parts.contains("") || parts.size() > MOST) {
        throw new TypeConversionException(
            "'%s' is no pathspec such as Flow, Flow/run or Flow/run/step/task".formatted(text));
      }
      Pathspec pathspec = new Pathspec(parts);
      if (!pathspec.isReachable()) {
        throw new TypeConversionException(
            "'%s' has a part that no URL can have; runs and tasks have numbers too"
                .formatted(text));
      }
      return pathspec;
    }
  }
}
