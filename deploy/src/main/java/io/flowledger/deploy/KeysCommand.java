package io.flowledger.deploy;

import io.flowledger.deploy.access.ApiKey;
import io.flowledger.deploy.access.KeyFile;
import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Faults;
import io.flowledger.deploy.cli.StandardOutput;
import io.flowledger.http.access.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code flowledger keys}: makes, lists and revokes API keys. */
@Command(
    name = "keys",
    description = {
      "Keys of those whom 'flowledger serve --keys FILE' lets in.",
      "The file has hashes only: a key is printed once, when it is made. Servers notice changes of"
          + " the file within a second or two."
    },
    footer = {
      "",
      "Examples:",
      "  flowledger keys create anna --role writer --file /etc/flowledger/keys",
      "  export METAFLOW_SERVICE_AUTH_KEY=flk_...   # what that has printed",
      "  flowledger keys revoke anna --file /etc/flowledger/keys"
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class KeysCommand implements Runnable {

  private static final String FILE = "FLOWLEDGER_KEYS";

  private final Map<String, String> environment;

  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "The file; FLOWLEDGER_KEYS by default.")
  private @Nullable Path file;

  private KeysCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The command with its subcommands. */
  static CommandLine of(Map<String, String> environment) {
    return new CommandLine(new KeysCommand(environment));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing: create, list or revoke");
  }

  @Command(
      name = "create",
      description = "Makes a key and prints it: it cannot be shown again.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  int create(
      @Parameters(paramLabel = "NAME", description = "Whose it is; history tells it.") String name,
      @Option(
              names = "--role",
              required = true,
              paramLabel = "reader|writer|admin",
              converter = RoleName.class,
              description = {
                "reader: sees all; writer: what Metaflow does, too; admin: operates the server, too."
              })
          Role role) {
    String secret = ApiKey.secret();
    ApiKey key;
    try {
      key = ApiKey.of(name, role, secret);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
    return with(
        (keys, out) -> {
          keys.add(key);
          out.println(secret);
          return ExitCodes.FINE;
        });
  }

  @Command(
      name = "list",
      description = "Lists the names of all keys and their roles.",
      mixinStandardHelpOptions = true)
  int list() {
    return with(
        (keys, out) -> {
          List<ApiKey> all = keys.read();
          all.forEach(
              key ->
                  out.printf(
                      "%-24s %s%n", key.credential().name(), key.credential().role().label()));
          return ExitCodes.FINE;
        });
  }

  @Command(
      name = "revoke",
      description = "Removes a key: whoever has it is not let in any more.",
      mixinStandardHelpOptions = true)
  int revoke(@Parameters(paramLabel = "NAME", description = "Whose it is.") String name) {
    return with(
        (keys, out) -> {
          if (keys.remove(name)) {
            return ExitCodes.FINE;
          }
          spec.commandLine()
              .getErr()
              .printf("flowledger: %s has no key of '%s'%n", keys.path(), name);
          return ExitCodes.NOT_FOUND;
        });
  }

  private interface Work {
    int of(KeyFile keys, PrintWriter out) throws IOException;
  }

  private int with(Work work) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    String named = environment.get(FILE);
    Path path = file != null || named == null ? file : Path.of(named);
    if (path == null) {
      throw new ParameterException(spec.commandLine(), "--file is missing, or " + FILE);
    }
    try {
      return StandardOutput.end(out, err, work.of(new KeyFile(path), out));
    } catch (IOException e) {
      err.printf("flowledger: %s: %s%n", path, Faults.why(e));
      return ExitCodes.FAILED;
    }
  }

  /** Roles by their names. */
  static final class RoleName implements ITypeConverter<Role> {

    @Override
    public Role convert(String name) {
      return Role.named(name)
          .orElseThrow(
              () ->
                  new TypeConversionException("'%s' is none of %s".formatted(name, Role.labels())));
    }
  }
}
