package io.flowledger.deploy.mcp.tool;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Commands that read what is not with the service but in the datastore of whoever runs flows. A
 * name that means something to a shell or to Python is in none: anybody may have sent it.
 */
final class Snippets {

  private static final Pattern HARMLESS = Pattern.compile("[\\p{L}\\p{N}_./:@+-]{1,500}");
  private static final int MOST_NAMES = 20;

  private Snippets() {}

  static Optional<String> exception(String task) {
    return of(List.of(task), "Task", "t = Task(%s); print(t.exception); print(t.stderr)");
  }

  static Optional<String> stderr(String task) {
    return of(List.of(task), "Task", "print(Task(%s).stderr)");
  }

  /** The values of parameters in two runs. */
  static Optional<String> parameters(String run, String other, List<String> names) {
    List<String> some =
        names.stream().filter(name -> HARMLESS.matcher(name).matches()).limit(MOST_NAMES).toList();
    return some.isEmpty()
        ? Optional.empty()
        : of(
            List.of(run, other),
            "Run",
            "print([{p: r['_parameters'].task[p].data for p in [%s]} for r in map(Run, [%%s])])"
                .formatted(quoted(some)));
  }

  private static Optional<String> of(List<String> pathspecs, String type, String code) {
    return pathspecs.stream().allMatch(name -> HARMLESS.matcher(name).matches())
        ? Optional.of(
            "python -c \"from metaflow import %s, namespace; namespace(None); %s\""
                .formatted(type, code.formatted(quoted(pathspecs))))
        : Optional.empty();
  }

  private static String quoted(List<String> names) {
    return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
  }
}
