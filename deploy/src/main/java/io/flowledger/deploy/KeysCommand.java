package io.flowledger.deploy;

import io.flowledger.deploy.access.Holder;
import io.flowledger.deploy.access.KeyFile;
import io.flowledger.deploy.access.Proof;
import io.flowledger.deploy.cli.ExitCodes;
import io.flowledger.deploy.cli.Faults;
import io.flowledger.deploy.cli.StandardOutput;
import io.flowledger.http.access.Credential;
import io.flowledger.http.access.Grants;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
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
      "Who is let in by 'flowledger serve --keys FILE', and what they may do.",
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
  private static final Path STANDARD_INPUT = Path.of("-");

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
      description = {
        "Makes a key and prints it: it cannot be shown again.",
        "Or lets somebody in by a password, or by the word of somebody else."
      },
      mixinStandardHelpOptions = true,
      sortOptions = false)
  int create(
      @Parameters(paramLabel = "NAME", description = "Whose it is; history tells it.") String name,
      @Option(
              names = "--role",
              required = true,
              paramLabel = "ROLES",
              converter = Roles.class,
              description = {
                "reader: sees all; writer: what Metaflow does, too; admin: operates the server, too.",
                "Of some flows only: reader:PATTERN, writer:PATTERN, where * stands for any"
                    + " characters; several with commas: reader,writer:Train*"
              })
          Grants roles,
      @Option(
              names = "--password-file",
              paramLabel = "FILE",
              description =
                  "No key, but the password that is the first line of this file, - for standard"
                      + " input: for Authorization: Basic.")
          @Nullable Path password,
      @Option(
              names = "--vouched",
              paramLabel = "token|certificate|proxy",
              description =
                  "No key: the name is one that a token, a certificate or the proxy tells.")
          Proof.@Nullable Voucher vouched) {
    if (password != null && vouched != null) {
      throw new ParameterException(
          spec.commandLine(), "--vouched makes no sense with --password-file");
    }
    return with(
        (keys, out) -> {
          String key = Holder.newKey();
          keys.add(holder(name, roles, proof(key, password, vouched)));
          if (password == null && vouched == null) {
            out.println(key);
          }
          return ExitCodes.FINE;
        });
  }

  private Holder holder(String name, Grants roles, Proof proof) {
    try {
      return Holder.of(name, roles, proof);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private Proof proof(String key, @Nullable Path password, Proof.@Nullable Voucher vouched)
      throws IOException {
    if (vouched != null) {
      return new Proof.Vouched(vouched);
    }
    if (password == null) {
      return Proof.Key.of(key);
    }
    try {
      return Proof.Password.of(firstLine(password));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private static String firstLine(Path file) throws IOException {
    try (BufferedReader lines =
        file.equals(STANDARD_INPUT)
            ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
            : Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return Objects.requireNonNullElse(lines.readLine(), "");
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + file, e);
    }
  }

  @Command(
      name = "list",
      description = "Lists who is known: names, roles, and by what.",
      mixinStandardHelpOptions = true)
  int list() {
    return with(
        (keys, out) -> {
          for (Holder holder : keys.read()) {
            Credential known = holder.credential();
            out.printf("%-24s %-24s %s%n", known.name(), known.grants(), word(holder.proof()));
          }
          return ExitCodes.FINE;
        });
  }

  private static String word(Proof proof) {
    if (proof instanceof Proof.Key) {
      return "key";
    }
    return proof instanceof Proof.Password ? "password" : proof.kind();
  }

  @Command(
      name = "revoke",
      description = "Removes all of a name: whoever has it is not let in any more.",
      mixinStandardHelpOptions = true)
  int revoke(@Parameters(paramLabel = "NAME", description = "Whose it is.") String name) {
    return with(
        (keys, out) -> {
          if (keys.remove(name)) {
            return ExitCodes.FINE;
          }
          spec.commandLine()
              .getErr()
              .printf("flowledger: %s has nobody called '%s'%n", keys.path(), name);
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

  /** Roles, of all flows or of some. */
  static final class Roles implements ITypeConverter<Grants> {

    @Override
    public Grants convert(String text) {
      try {
        if (text.isEmpty()) {
          throw new IllegalArgumentException("there is none");
        }
        return Grants.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
