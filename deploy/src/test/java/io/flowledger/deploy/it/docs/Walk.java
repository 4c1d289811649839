package io.flowledger.deploy.it.docs;

import io.flowledger.deploy.ReadCommand;
import io.flowledger.deploy.fixture.ChildProcess;
import io.flowledger.deploy.fixture.ShellExample;
import io.flowledger.deploy.server.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reader who does what a document says, command by command, in one terminal. Servers that the
 * document starts are in another one; they run until the document is over. Ports of the document
 * are others here: of what it has started, else of a server that is there for all documents.
 */
final class Walk implements AutoCloseable {

  private static final Pattern SERVE = Pattern.compile("(\\./)?flowledger serve\\b(?<options>.*)");
  private static final Pattern OURS = Pattern.compile("(?s)(?:\\./)?flowledger (?<arguments>.*)");
  private static final Pattern FILE = Pattern.compile("cat (\\S+)");
  private static final Pattern SERVED = Pattern.compile("serving (https?://\\S+)");
  private static final Pattern PORT = Pattern.compile("(?<=[:= ])(80\\d\\d|9092)\\b");
  private static final Pattern OWN_PORT = Pattern.compile("-?port (\\d+)");
  private static final String MAIN_PORT = "8080";

  private final Clone clone;
  private final Map<String, Integer> ports;
  private final Shell shell;
  private final List<ChildProcess> servers = new ArrayList<>();

  /**
   * @param ports of the server for all documents, by the ports that documents have for them
   */
  Walk(Clone clone, Map<String, Integer> ports) throws IOException {
    this.clone = clone;
    this.ports = new HashMap<>(ports);
    this.shell = new Shell(clone.root(), clone.folder("shell"), clone.environment());
    tellWhereTheServerIs("http");
  }

  Map<String, Integer> ports() {
    return ports;
  }

  private void tellWhereTheServerIs(String scheme) throws IOException {
    Integer port = ports.get(MAIN_PORT);
    if (port != null) {
      shell.run("export METAFLOW_SERVICE_URL=%s://127.0.0.1:%d".formatted(scheme, port));
    }
  }

  /** Does what the document takes for granted. */
  void prepare(Path script) throws IOException {
    Shell.Ended ended = shell.run("set -e\n" + here(Files.readString(script)) + "\nset +e");
    if (ended.status() != 0) {
      throw new AssertionError(script + " has failed: " + ended.out() + ended.err());
    }
  }

  /** Runs a command; returns what is wrong with that. */
  Optional<String> run(ShellExample example, List<Deviation.Kind> deviations) throws IOException {
    if (SERVE.matcher(example.command()).lookingAt()) {
      return serve(example.command(), example.output());
    }
    String command = here(example.command());
    Matcher file = FILE.matcher(command);
    if (file.matches() && !example.output().isEmpty()) {
      Files.writeString(clone.root().resolve(file.group(1)), example.output() + "\n");
    }
    Shell.Ended ended = shell.run(command);
    boolean asSaid = (ended.status() == 0) != deviations.contains(Deviation.Kind.FAILS);
    if (!asSaid) {
      return Optional.of("has ended with " + ended.status() + ":\n" + ended.out() + ended.err());
    }
    return deviations.contains(Deviation.Kind.PRINTS_OTHERWISE)
        ? Optional.empty()
        : compared(example.output(), ended.out());
  }

  private Optional<String> compared(String shown, String printed) {
    if (shown.isEmpty() || Shown.pattern(here(shown)).matcher(printed.strip()).matches()) {
      return Optional.empty();
    }
    return Optional.of("is shown to print\n" + shown + "\nand has printed\n" + printed);
  }

  // ---- servers ----------------------------------------------------------------------------------

  private Optional<String> serve(String shownCommand, String shown) throws IOException {
    Map<String, String> settings = new HashMap<>(clone.environment());
    OWN_PORT.matcher(shownCommand).results().forEach(own -> ports.put(own.group(1), Ports.free()));
    if (!shownCommand.contains("--port ")) {
      ports.put(MAIN_PORT, Ports.free());
      settings.put("FLOWLEDGER_PORT", String.valueOf(ports.get(MAIN_PORT)));
    }
    if (!shownCommand.contains("--data ")) {
      settings.put("FLOWLEDGER_DATA", clone.folder("data").toString());
    }
    String command = here(shownCommand).replaceFirst("\\s*&$", "").replace("\\\n", "");
    StringBuilder script = new StringBuilder("cd '" + clone.root() + "' && exec env");
    settings.forEach((name, value) -> script.append(" '%s=%s'".formatted(name, value)));
    script.append(' ').append(command);
    ChildProcess server = ChildProcess.of(List.of("bash", "-c", script.toString()));
    servers.add(server);
    String url;
    try {
      url = server.await(SERVED);
    } catch (AssertionError e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    tellWhereTheServerIs(url.replaceFirst(":.*", ""));
    // what it prints behind that is for Metaflow, and may not be there yet
    String printed = String.join("\n", server.printed());
    return shown.lines().allMatch(line -> Shown.pattern(here(line)).matcher(printed).find())
        ? Optional.empty()
        : Optional.of("is shown to print\n" + shown + "\nand has printed\n" + printed);
  }

  /** A text of the document, with the ports and folders that are here. */
  private String here(String text) {
    return clone.here(
        PORT.matcher(text)
            .replaceAll(
                port -> ports.computeIfAbsent(port.group(), any -> Ports.free()).toString()));
  }

  // ---- what is not run --------------------------------------------------------------------------

  /**
   * Whether the command line knows the command and its options; empty too if it is none of ours.
   */
  Optional<String> read(ShellExample example) throws IOException {
    Matcher ours = OURS.matcher(clone.here(example.command()));
    if (!ours.matches()) {
      return Optional.empty();
    }
    String words =
        shell
            .run("(words() { printf '%s\\n' \"$@\"; }; words " + ours.group("arguments") + ")")
            .out();
    return ReadCommand.mistake(words.lines().toList());
  }

  @Override
  public void close() {
    shell.close();
    servers.forEach(ChildProcess::kill);
  }
}
