package io.flowledger.bench.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An operation as a Lua script for wrk, which ends with one line of numbers for {@link WrkLoad}.
 */
final class WrkScript {

  /** What the line of numbers starts with. */
  static final String MARK = "RESULT";

  private static final String DONE =
      """
      done = function(summary, latency, requests)
        io.write(string.format("%s %%d %%d %%d %%d %%d %%d %%d %%d %%d %%d %%d\\n",
          summary.requests, summary.duration, summary.bytes,
          summary.errors.connect, summary.errors.read, summary.errors.write,
          summary.errors.status, summary.errors.timeout,
          latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
      end
      """
          .formatted(MARK);

  private final Map<String, String> lists = new LinkedHashMap<>();

  private WrkScript() {}

  /**
   * @param host for the header of that name
   * @param firstNumber of the unique numbers
   */
  static String of(Operation operation, String host, long firstNumber) {
    List<Operation.Request> requests = operation.requests();
    if (requests.size() == 1 && requests.get(0).constant()) {
      return constant(requests.get(0)) + DONE;
    }
    return new WrkScript().cycle(requests, host, firstNumber) + DONE;
  }

  /** wrk makes such a request once, and is fastest with it. The path is part of the address. */
  private static String constant(Operation.Request request) {
    String script =
        "wrk.method = %s\nwrk.path = %s\n"
            .formatted(quoted(request.method()), quoted(request.path().fill(0, 0)));
    return request.hasBody()
        ? script
            + "wrk.body = %s\nwrk.headers[\"Content-Type\"] = \"%s\"\n"
                .formatted(quoted(request.body().fill(0, 0)), request.type())
        : script;
  }

  private String cycle(List<Operation.Request> requests, String host, long firstNumber) {
    String functions =
        requests.stream()
            .map(request -> function(request, host))
            .collect(Collectors.joining(",\n", "local make = {\n", "\n}\n"));
    String values =
        lists.entrySet().stream()
            .map(list -> "local %s = {%s}\n".formatted(list.getKey(), list.getValue()))
            .collect(Collectors.joining());
    return values
        + functions
        + """
        local turn = 0
        request = function()
          local text = make[turn %% %d + 1](math.floor(turn / %d), %d + turn)
          turn = turn + 1
          return text
        end
        """
            .formatted(requests.size(), requests.size(), firstNumber);
  }

  private String function(Operation.Request request, String host) {
    String end = "\" HTTP/1.1\\r\\nHost: " + host + "\\r\\n";
    String head = quoted(request.method() + " ") + " .. " + expression(request.path());
    if (!request.hasBody()) {
      return "  function(round, n) return " + head + " .. " + end + "\\r\\n\" end";
    }
    return "  function(round, n) local body = "
        + expression(request.body())
        + "\n    return "
        + head
        + " .. "
        + end
        + "Content-Type: "
        + request.type()
        + "\\r\\nContent-Length: \" .. #body .. \"\\r\\n\\r\\n\""
        + " .. body end";
  }

  private String expression(Template template) {
    return template.parts().stream().map(this::part).collect(Collectors.joining(" .. "));
  }

  private String part(Template.Part part) {
    if (part instanceof Template.Part.Literal literal) {
      return quoted(literal.text());
    }
    if (part instanceof Template.Part.OneOf oneOf) {
      lists.putIfAbsent(
          oneOf.name(),
          oneOf.values().stream().map(WrkScript::quoted).collect(Collectors.joining(", ")));
      return "%s[round %% %d + 1]".formatted(oneOf.name(), oneOf.values().size());
    }
    return "n";
  }

  private static String quoted(String text) {
    return '"'
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\r", "\\r").replace("\n", "\\n")
        + '"';
  }
}
